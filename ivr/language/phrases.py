"""What the line says by itself: the words around every menu, failure and hand-over, per language.

An office replaces any of them under `phrases` in texts/<language>.yaml, or by a recording
`prompts/<language>/phrases/<name>.wav`. Another language than these two must bring them all.
"""

from __future__ import annotations

from ivr.language.offer import MESSAGE, VOICEMAIL

VALUES: dict[str, tuple[str, ...]] = {"wait_within": ("high",), "wait_range": ("low", "high"), "place": ("place",)}
"""Phrases that hold numbers, and their names."""

PHRASES: dict[str, dict[str, str]] = {
    "ko": {
        "operator": "상담원 연결",
        "back": "이전 단계",
        "this_language": "한국어 안내",
        "replay": "다시 듣기",
        "press": "원하시는 번호를 눌러 주십시오.",
        "slow": "천천히 듣기",
        "more_options": "다음 항목 듣기",
        "normal_speed": "보통 속도로 듣기",
        "no_input": "입력이 확인되지 않았습니다.",
        "invalid": "잘못 누르셨습니다.",
        "too_many": "상담원에게 연결해 드리겠습니다.",
        "connecting": "{desk}(으)로 연결해 드리겠습니다. 잠시만 기다려 주십시오.",
        "next_desk": "지금은 연결이 어려워 {desk}(으)로 연결해 드리겠습니다.",
        "handed_over": "{desk}에서 넘긴 전화입니다.",
        "again": "지난번에 통화하신 {desk}(으)로 연결해 드릴까요?",
        "receipt": "접수번호",
        "not_found": "일치하는 접수 내역이 없습니다.",
        "yes_no": "원하시면 일번, 원하지 않으시면 이번을 눌러 주십시오.",
        "yes_or_no": "예는 일번, 아니요는 이번을 눌러 주십시오.",
        "typed": "누르신 내용입니다.",
        "right_or_again": "맞으면 일번, 다시 누르시려면 이번을 눌러 주십시오.",
        "spell": "내선번호, 또는 이름의 글자마다 첫소리를 누르신 뒤 우물정 자를 눌러 주십시오.",
        "no_officer": "그런 내선번호나 이름이 없습니다.",
        "more_keys": "해당하는 이름이 많습니다. 이름을 끝까지 눌러 주십시오.",
        "which_officer": "어느 분을 찾으십니까?",
        "connecting_officer": "{officer} 담당자에게 연결해 드리겠습니다. 잠시만 기다려 주십시오.",
        "promised": "진행 상황이 바뀔 때마다 문자로 알려 드리겠습니다.",
        "nothing_said": "녹음된 말씀이 없습니다.",
        "keep_or_again": "남기시려면 일번, 다시 녹음하시려면 이번, 들어 보시려면 별표를 눌러 주십시오.",
        "voicemail_kept": "말씀을 담당자에게 남겼습니다.",
        "scale_1": "매우 만족",
        "scale_2": "만족",
        "scale_3": "보통",
        "scale_4": "불만족",
        "scale_5": "매우 불만족",
        "thanks": "답변해 주셔서 감사합니다.",
        "wait_minute": "예상 대기 시간은 일 분 이내입니다.",
        "wait_within": "예상 대기 시간은 {high}분 이내입니다.",
        "wait_range": "예상 대기 시간은 약 {low}분에서 {high}분입니다.",
        "place_next": "다음이 고객님 차례입니다.",
        "place": "지금 {place}번째로 기다리고 계십니다.",
        "leave_voicemail": "기다리지 않고 음성 메시지 남기기",
        "take_message": "기다리지 않고 문자로 안내받기",
        "stay": "그대로 기다리시려면 누르지 마십시오.",
        "notice_details": "자세한 안내",
        "notice_message": "문자로 받기",
        "notice_next": "계속 진행",
        "notice_leave": "통화 마치기",
        "notice_or_wait": "다른 용무는 잠시 기다려 주십시오.",
        "notice_sent": "안내 문자를 보내 드리겠습니다.",
        "notice_unsent": "지금은 문자를 보내 드릴 수 없습니다.",
        "notice_bye": "이용해 주셔서 감사합니다.",
        "offer": "{desk} 연결",
        "closed": "지금은 업무 시간이 아닙니다. 업무 시간에 다시 전화해 주시기 바랍니다.",
        "busy": "죄송합니다. 지금은 모든 담당자가 통화 중입니다. 잠시 후 다시 전화해 주시기 바랍니다.",
    },
    "en": {
        "operator": "an operator",
        "back": "the previous menu",
        "this_language": "English",
        "replay": "hearing this again",
        "press": "Please press a number.",
        "slow": "hearing this slowly",
        "more_options": "hearing the next choices",
        "normal_speed": "ordinary speed",
        "no_input": "We did not get your choice.",
        "invalid": "That is not one of the choices.",
        "too_many": "We will connect you to an operator.",
        "connecting": "We are connecting you to {desk}. One moment, please.",
        "next_desk": "Nobody is free there now. We are connecting you to {desk}.",
        "handed_over": "Handed over by {desk}.",
        "again": "You talked to {desk} last time. Shall we connect you there again?",
        "receipt": "Receipt number",
        "not_found": "We found nothing that fits.",
        "yes_no": "For yes, press 1. For no, press 2.",
        "yes_or_no": "For yes, press 1. For no, press 2.",
        "typed": "You entered:",
        "right_or_again": "If that is right, press 1. To enter it again, press 2.",
        "spell": "Enter the extension, or the letters of the name, and then press the pound key.",
        "no_officer": "There is no such extension or name.",
        "more_keys": "Too many names begin like that. Please enter the whole name.",
        "which_officer": "Whom would you like to talk to?",
        "connecting_officer": "We are connecting you to {officer}. One moment, please.",
        "promised": "We will send you a message whenever it changes.",
        "nothing_said": "We heard nothing.",
        "keep_or_again": "To leave your message, press 1. To record it again, press 2. To hear it, press star.",
        "voicemail_kept": "Your message is with the officer in charge.",
        "scale_1": "very satisfied",
        "scale_2": "rather satisfied",
        "scale_3": "neither",
        "scale_4": "rather dissatisfied",
        "scale_5": "very dissatisfied",
        "thanks": "Thank you for your answer.",
        "wait_minute": "The expected wait is within one minute.",
        "wait_within": "The expected wait is within {high} minutes.",
        "wait_range": "The expected wait is about {low} to {high} minutes.",
        "place_next": "You are next in line.",
        "place": "You are number {place} in line.",
        "leave_voicemail": "leaving a voicemail instead of waiting",
        "take_message": "getting a text message instead of waiting",
        "stay": "To wait, press nothing.",
        "notice_details": "more about this",
        "notice_message": "getting this by text message",
        "notice_next": "going on",
        "notice_leave": "ending the call",
        "notice_or_wait": "For anything else, please hold.",
        "notice_sent": "We are sending you a text message.",
        "notice_unsent": "We can't send you a text message now.",
        "notice_bye": "Thank you for calling.",
        "offer": "talking to {desk}",
        "closed": "The office is closed now. Please call again during telephone hours.",
        "busy": "We are sorry. All officers are on the telephone. Please call again a little later.",
    },
}

OFFERED = ("this_language", "offer", "notice_details", "notice_message", "notice_next", "notice_leave")
"""Phrases that are options whose key is given in the call."""
SERVICE_KEYS = {
    "operator": "0",
    "back": "#",
    "replay": "*",
    "slow": "9",
    "more_options": "9",
    "normal_speed": "9",
    "leave_voicemail": VOICEMAIL,
    "take_message": MESSAGE,
    **dict.fromkeys(OFFERED, ""),
    **{f"scale_{n}": str(n) for n in range(1, 6)},
}
"""Phrases that are options, and their keys; "" for those that get theirs in the call."""
OF_A_DESK = ("connecting", "next_desk", "handed_over", "again", "offer")
"""Phrases that name a desk: each desk has its own."""
OF_AN_OFFICER = ("connecting_officer",)
"""Phrases that name an officer: each officer has his own, where the flows let him be dialled."""
KEYS = "123456789"
"""Keys that a call can give to its options: recorded once for all of them."""

LANGUAGES: dict[str, dict[str, str]] = {
    "ko": {"ko": "한국어", "en": "영어", "zh": "중국어", "ja": "일본어", "vi": "베트남어", "ru": "러시아어"},
    "en": {"ko": "Korean", "en": "English", "zh": "Chinese", "ja": "Japanese", "vi": "Vietnamese", "ru": "Russian"},
}
"""What officers are told of the language of a call, in theirs."""
