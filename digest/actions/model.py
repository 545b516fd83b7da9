"""A language model's summaries, where the settings name one: asked before the build, kept, checked at use."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from digest.actions.context import Context
from digest.articles.tables import Article, ModelAnswer
from digest.settings_model import Llm
from digest.summary.llm import Budget, ModelError, Told, summarize_with
from digest.summary.prompt import Prompt, cache_key, chat_answer, chat_request, prompt_for
from digest.text.language import base_language

AT_ONCE = 4
"""Questions that are under way together."""


@dataclass
class Answers:
    """What the model said of each text, by cache key, or in words why it said nothing."""

    model: str
    said: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def summarize(self, article: Article, words: int) -> Told:
        """The model's summary if the article supports every fact in it, else the extract with the reasons."""
        key = cache_key(article.title, article.text, words, self.model)

        def ask(prompt: Prompt) -> str:
            if key in self.said:
                return self.said[key]
            raise ModelError(self.failed.get(key, "The model was not asked."))

        return summarize_with(ask, article.title, article.text, article.language, words)


def ask_ahead(context: Context, articles: Sequence[Article], words: int, now: datetime) -> Answers | None:
    """Ask the model about every article that it was not asked about before; None where no model is set.

    No transaction is open while it thinks. Its answers are kept by article, length, model and prompt, so a
    rebuild asks nothing twice. What goes wrong is noted with its reason, and the extract stands in.
    """
    llm = context.settings.llm
    if llm is None:
        return None
    answers = Answers(llm.model)
    keys = {cache_key(one.title, one.text, words, llm.model): one for one in articles}
    with context.database.reading() as session:
        known = session.scalars(select(ModelAnswer).where(ModelAnswer.key.in_(list(keys))))
        answers.said = {one.key: one.answer for one in known}
    budget = Budget(llm.questions, llm.characters)
    asked: dict[str, Prompt] = {}
    for key, one in keys.items():
        if key in answers.said:
            continue
        prompt = prompt_for(one.title, one.text, base_language(one.language, one.text), words)
        if budget.spend(prompt):
            asked[key] = prompt
        else:
            answers.failed[key] = "The budget of this issue is spent."
    found = asyncio.run(_ask_all(llm, asked, words)) if asked else {}
    said = {key: answer for key, answer in found.items() if isinstance(answer, str)}
    answers.said |= said
    answers.failed |= {key: str(error) for key, error in found.items() if isinstance(error, ModelError)}
    with context.database.writing() as session:
        session.add_all(
            ModelAnswer(key=key, article_id=keys[key].id, model=llm.model, answer=answer, asked_at=now)
            for key, answer in said.items()
        )
    return answers


async def _ask_all(llm: Llm, asked: dict[str, Prompt], words: int) -> dict[str, str | ModelError]:
    import httpx2

    headers = {"Authorization": f"Bearer {llm.key.get_secret_value()}"} if llm.key else {}
    places = asyncio.Semaphore(AT_ONCE)
    async with httpx2.AsyncClient(timeout=llm.timeout_seconds, headers=headers, trust_env=False) as client:

        async def ask(prompt: Prompt) -> str | ModelError:
            async with places:
                try:
                    async with asyncio.timeout(llm.timeout_seconds):
                        answer = await client.post(llm.endpoint, json=chat_request(prompt, llm.model, words))
                    if answer.status_code != 200:
                        return ModelError(f"The model's endpoint answered {answer.status_code}.")
                    return chat_answer(answer.json())
                except TimeoutError:
                    return ModelError(f"The model did not answer within {llm.timeout_seconds:g} seconds.")
                except (httpx2.HTTPError, ValueError) as error:
                    return ModelError(f"The model could not be asked: {error or type(error).__name__}.")

        found = await asyncio.gather(*map(ask, asked.values()))
    return dict(zip(asked, found, strict=True))
