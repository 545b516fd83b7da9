"""The addresses of the desk."""

from starlette.routing import Route

from digest.web.desk import files, home, sign_in
from digest.web.desk.door import acted, shown

ROUTES = [
    Route("/desk/desk.css", files.show),
    Route("/desk/desk.js", files.show),
    Route("/desk/sign-in", sign_in.form),
    Route("/desk/sign-in", sign_in.ask, methods=["POST"]),
    Route("/desk/sign-out", acted(sign_in.out, looks=True), methods=["POST"]),
    Route("/desk/in/{secret}", sign_in.link),
    Route("/desk/in/{secret}", sign_in.enter, methods=["POST"]),
    Route("/desk", shown(home.show)),
    Route("/desk/n/{newsletter}/build", acted(home.build_issue), methods=["POST"]),
]
