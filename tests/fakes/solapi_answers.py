"""The fixed parts of Solapi's answers: words of its status codes, its error body, the account of a group."""

from __future__ import annotations

from typing import Any

from tests.fakes.server import Answer

ACCOUNT = "12345678901234"
WORDS = {
    "2000": "정상 접수(이통사로 접수 예정)",
    "3000": "이통사로 접수(리포트를 기다리는 중)",
    "4000": "발송 처리 완료",
    "1010": "필수 입력 값 미입력",
    "1025": "잘못된 메시지 타입",
    "1029": "문자메시지의 경우 EUC-KR(완성형 한글) 범위 안에 있는 문자만 사용 합니다.",
    "1030": "잔액 부족",
    "1031": "SMS는 90byte LMS, MMS는 2000byte ATA, CTA는 한/영포함 1000자 까지 사용 가능 합니다.",
    "1041": "유효한 플러스 친구 값이 아닙니다.",
    "1042": "유효한 템플릿 아이디가 아닙니다.",
    "1061": "사용자에 의해 수신거부 됨(080무료수신거부)",
    "1062": "발신번호 미등록",
    "3032": "미가입자",
    "3104": "카카오톡 미사용자",
}


def error(status: int, code: str, words: str) -> Answer:
    """Solapi's error body."""
    return Answer(status, {"errorCode": code, "errorMessage": words})


def group_info(group: str, now: str, good: int, bad: int) -> dict[str, Any]:
    """The group as `send-many/detail` answers it."""
    kinds = ("sms", "lms", "mms", "ata", "cta", "cti", "nsa", "rcs_sms", "rcs_lms", "rcs_mms", "rcs_tpl")
    money = {"requested": 0, "replacement": 0, "refund": 0, "sum": 0}
    sent = {"sentTotal": 0, "sentFailed": 0, "sentSuccess": 0, "sentPending": 0, "sentReplacement": 0, "refund": 0}
    return {
        "count": {"total": good + bad, **sent, "registeredFailed": bad, "registeredSuccess": good},
        "countForCharge": {kind: {} for kind in kinds},
        "balance": money,
        "point": money,
        "app": {"profit": dict.fromkeys(kinds, 0), "appId": None, "version": None},
        "log": [{"createAt": now, "message": "메시지를 발송했습니다."}],
        "status": "SENDING",
        "allowDuplicates": False,
        "isRefunded": False,
        "accountId": ACCOUNT,
        "masterAccountId": None,
        "apiVersion": "4",
        "groupId": group,
        "price": {},
        "dateCreated": now,
        "dateUpdated": now,
        "dateSent": now,
        "dateCompleted": None,
        "scheduledDate": None,
    }
