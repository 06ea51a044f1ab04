"""The pages of consent: the agent's screen, the client's question, and what an answer did."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse

from api.consent import ConsentLaw, Question, Screen, consent_law
from api.pages import html_page, notice_body, render_form
from engine.runtime import Engine


def screen_page(engine: Engine, law: ConsentLaw, number: str, shown: Screen) -> HTMLResponse:
    here = f"/consent/access/{number}"
    data = {"key": shown.key}
    said = "" if shown.notice is None else notice_body(shown.notice.texts)
    body = said
    if shown.kind == "task" and shown.task is not None and shown.form is not None:
        action = f"{here}/steps/{shown.task.element_id}"
        form = render_form(shown.form, action, variables=shown.variables, cancel=f"{here}/cancel")
        body = form + said if _speaks(shown) else said + form
        data["left"] = f"{here}/left"
    elif shown.kind in ("waiting", "sending"):
        words = "" if shown.form is None else render_form(shown.form, "", cancel="")
        clock = f'<div class="clock">{words}<strong id="left" role="timer">{time_left(engine, shown)}</strong></div>'
        cancel_form = _cancel_form(law, here)
        body = f"{said}{clock}{cancel_form}"
        data |= {"left": f"{here}/left", "events": f"{here}/events"}
    elif shown.kind == "associated" and shown.client_case_id is not None:
        body = _case_body(engine, law, shown.client_case_id)
    else:
        body = f'{said}<p class="buttons"><a class="button" href="/consent">{escape(_cancel_label(law))}</a></p>'
    return html_page(law.package.title, body, data=data, language=law.package.language)


def _speaks(shown: Screen) -> bool:
    """Whether the form holds the words to read, so that it comes before the notice."""
    return shown.form is not None and any(each.get("type") == "text" for each in shown.form.data["components"])


def _case_body(engine: Engine, law: ConsentLaw, case_id: str) -> str:
    """The client's case, for an agent who is associated: the name, and the numbers that lead on."""
    case = engine.case(case_id)
    shown = {name: fact.value for name, fact in case.facts.items()}
    rows = []
    for name in law.package.case_types[case.type].covers:
        numbers = shown.get(name) or []
        for number in numbers if isinstance(numbers, list) else [numbers]:
            meaning = law.package.vocabulary.facts[name].meaning
            rows.append(f"<dt>{escape(meaning[:1].upper() + meaning[1:])}</dt><dd>{escape(str(number))}</dd>")
    title = f"{shown.get('first_name')} {shown.get('last_name')}"
    link = f'<p><a href="/cases/{escape(case_id)}">{escape(case_id)}</a></p>'
    return f"<h1>{escape(title)}</h1><dl>{''.join(rows)}</dl>{link}"


def _cancel_label(law: ConsentLaw) -> str:
    components = law.form("end").data["components"]
    return next((str(each["label"]) for each in components if each.get("action") == "reset"), "")


def _cancel_form(law: ConsentLaw, here: str) -> str:
    label = escape(_cancel_label(law))
    return f'<form method="post" action="{here}/cancel"><button type="submit" class="plain">{label}</button></form>'


def time_left(engine: Engine, shown: Screen) -> str:
    """The time to answer, as minutes and seconds; it ends at 0:00."""
    if shown.due is None:
        return "…"
    seconds = max(0, int((shown.due - engine.now()).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def question_page(engine: Engine, question: Question, action: str) -> HTMLResponse:
    law = consent_law(engine)
    body = effect_body(law, question.closed) if question.closed else question_body(law, question, action)
    return html_page(law.package.title, body, language=law.package.language)


def question_body(law: ConsentLaw, question: Question, action: str) -> str:
    said = "" if question.notice is None else notice_body(question.notice.texts)
    return said + render_form(law.form("question"), action)


def effect_body(law: ConsentLaw, code: str) -> str:
    notice = law.package.notices[law.pages.answer_notice]
    return f"<h1>{escape(notice.title)}</h1><p>{escape(notice.text_of_reason(code) or '')}</p>"
