"""The addresses of the desk."""

from starlette.routing import Route

from digest.web.desk import correction, files, home, issue, issue_forms, issue_steps, newsletter, sign_in
from digest.web.desk.door import acted, shown

_ISSUE = "/desk/n/{newsletter}/{number:int}"

ROUTES = [
    Route("/desk/desk.css", files.show),
    Route("/desk/desk.js", files.show),
    Route("/desk/sign-in", sign_in.form),
    Route("/desk/sign-in", sign_in.ask, methods=["POST"]),
    Route("/desk/sign-out", acted(sign_in.out, looks=True), methods=["POST"]),
    Route("/desk/in/{secret}", sign_in.link),
    Route("/desk/in/{secret}", sign_in.enter, methods=["POST"]),
    Route("/desk", shown(home.show)),
    Route("/desk/n/{newsletter}/build", acted(home.build_issue, slow=True), methods=["POST"]),
    Route("/desk/n/{newsletter}", shown(newsletter.show)),
    Route("/desk/n/{newsletter}", acted(newsletter.change), methods=["POST"]),
    Route("/desk/n/{newsletter}/theme/{theme}", shown(newsletter.frame)),
    Route(_ISSUE, shown(issue.show)),
    Route(f"{_ISSUE}/frame", shown(issue.frame)),
    Route(f"{_ISSUE}/item", acted(issue_forms.item), methods=["POST"]),
    Route(f"{_ISSUE}/lines", acted(issue_forms.lines), methods=["POST"]),
    Route(f"{_ISSUE}/story", acted(issue_forms.story), methods=["POST"]),
    Route(f"{_ISSUE}/block", acted(issue_forms.block), methods=["POST"]),
    Route(f"{_ISSUE}/step", acted(issue_steps.step, slow=True), methods=["POST"]),
    Route(f"{_ISSUE}/correct", shown(correction.show)),
    Route(f"{_ISSUE}/correct", acted(correction.act, slow=True), methods=["POST"]),
    Route(f"{_ISSUE}/correct/frame", shown(correction.frame)),
    Route(f"{_ISSUE}/test", acted(issue_steps.test, slow=True), methods=["POST"]),
]
