"""Korean for ``--help``: headings, commands, arguments and options.

The key of an option that says the same in all commands is its name, otherwise it follows that of
the command. ``{formats}`` and ``{kinds}`` are filled in; defaults come from the options themselves.
"""

HEADINGS: dict[str, str] = {
    "usage": "사용법",
    "options": "[옵션]",
    "command": "명령 [인자]...",
    "Arguments": "인자",
    "Options": "옵션",
    "Commands": "명령",
    "default": "기본값",
    "required": "필수",
}

#: Values of ``[default: …]`` that are words.
DEFAULTS: dict[str, str] = {
    "yes": "예",
    "no": "아니요",
    "all available": "가능한 것 모두",
    "light; of a page: auto": "light, 페이지에서는 auto",
}

HELP: dict[str, str] = {
    "": (
        "VGG 네트워크가 어떻게 만들어지는지 토큰 하나하나 따라가며 보여 줍니다.\n\n"
        "NETWORK는 CONFIG, 체크포인트(vgg16.pth), Python으로 쓴 네트워크(vgg.py:VGG) 중 "
        "하나입니다. 체크포인트는 어떤 구성인지 판별하고, Python 네트워크는 실행합니다. "
        "CONFIG는 VGG 논문의 구성(A, A-LRN, B, C, D, E), torchvision 이름(vgg16, vgg16_bn), "
        'cfg 리스트("64,M,128,M"), 그런 리스트가 든 @FILE, 표준 입력을 뜻하는 - 중 하나입니다.'
    ),
    "--version": "vgginspect와 Python, torch, torchvision, typer, rich의 버전을 출력합니다.",
    "--install-completion": "지금 쓰는 셸에 자동 완성을 설치합니다.",
    "--show-completion": (
        "지금 쓰는 셸의 자동 완성 코드를 출력합니다. 복사하거나 고쳐 쓸 수 있습니다."
    ),
    "--help": "이 도움말을 출력합니다.",
    # Arguments and options of several commands
    "NETWORK": (
        "CONFIG: VGG 논문의 구성(A … E), torchvision 이름(vgg16_bn), cfg 리스트('64,M,128,M'), "
        "@FILE, 리스트가 여러 개인 파일의 하나인 @FILE:NAME, 표준 입력을 뜻하는 -. 또는 어떤 "
        "구성인지 판별할 체크포인트(vgg16.pth, mine.safetensors), 또는 실행할 Python "
        "네트워크(vgg.py:VGG, package.module:NAME). 뒤에 +OPTION을 붙여 옵션을 정합니다"
        "(D+bn, A+input-size=32)."
    ),
    "--format": (
        "{formats} 중 하나. 주지 않으면 --output의 확장자로 정하고, 그것도 없으면 table입니다."
    ),
    "--output": "FILE에 씁니다. 명령이 실패하면 FILE은 그대로 있습니다.",
    "--columns": "표에 보일 열을 JSON 이름이나 표의 제목으로, 보일 순서대로 적습니다.",
    "--get": (
        "totals.params나 layers.conv4_2.output_shape 같은 JSON의 값 하나를 출력합니다. 여러 번 "
        "쓰면 한 줄에 하나씩 출력합니다."
    ),
    "--lang": "설명의 언어(en, ko). 주지 않으면 VGGINSPECT_LANG, 그것도 없으면 로캘을 따릅니다.",
    "--only": ("표에 보일 레이어의 종류: {kinds}. 합계는 모든 레이어의 것입니다."),
    "--explain": ("풀링마다의 크기와 다른 입력 크기에서의 비용을 보이고, 흔한 변형을 나열합니다."),
    "--builder": (
        "직접 만든 빌더에 cfg 리스트를 넘겨 실행하고, 만드는 것을 기록합니다: "
        "./my_models.py:make_layers, torchvision.models.vgg:make_layers, 또는 클래스. "
        "빌더의 코드가 실행됩니다."
    ),
    "--timeout": "사용자의 코드를 불러오고, 네트워크를 만들고, 실행하는 데 각각 허용하는 시간(초).",
    "--on-error": "--lines가 잘못된 줄에서 할 일: 멈추거나(stop) 건너뜁니다(skip).",
    # Options of the model
    "--batch-norm": "합성곱마다 그 뒤에 BatchNorm2d를 추가합니다.",
    "--bias": "합성곱마다 편향을 씁니다.",
    "--input-size": "입력 이미지 한 장의 크기: 224, 224x320 (H x W), 1x28x28 (C x H x W).",
    "--num-classes": "클래스 수.",
    "--hidden": "선형 은닉층들의 크기. 'none'이면 Linear 하나만 씁니다.",
    "--avgpool": "분류기 앞 AdaptiveAvgPool2d의 출력 크기. 'none'이면 넣지 않습니다.",
    "--dropout": "분류기의 드롭아웃 확률.",
    "--features-only": "평균 풀링과 분류기 없이 특징 추출부만. 이들의 옵션은 무시합니다.",
    # Commands
    "trace": (
        "cfg 리스트의 토큰마다 어떤 레이어가 추가되는지 보여 줍니다.\n\n"
        "모든 레이어의 표와 합계가 이어집니다."
    ),
    "trace --cumulative": "토큰마다 레이어 목록 전체를 출력합니다.",
    "trace --by": "토큰마다 한 단계(token), 또는 스테이지(합성곱들과 풀링)마다 한 단계(stage).",
    "trace --step": "터미널에서 한 단계씩 넘겨 봅니다.",
    "trace --quiz": "단계마다 무엇을 하는지 먼저 묻고 답을 확인합니다.",
    "trace --steps": "1-4나 7처럼 적은 단계만 출력합니다.",
    "trace --walk": "표 없이 단계만 출력합니다.",
    "trace --table": "레이어와 합계의 표만 출력합니다.",
    "summary": (
        "모든 레이어의 표를 출력합니다: 채널, 크기, 매개변수, MACs.\n\n"
        "합계가 이어집니다. --lines를 쓰면 줄마다 합계 한 행만 출력합니다."
    ),
    "summary --lines": "모든 줄을 NETWORK로 읽어 각각의 합계를 출력합니다.",
    "layer": "레이어 하나하나와, 숫자마다 어떻게 계산하는지 보여 줍니다.",
    "layer LAYER": (
        "레이어를 이름(conv4_2, relu3_3, pool5, fc6), 경로(features.19, classifier.0), "
        "또는 features의 인덱스(19)로 적습니다."
    ),
    "compare": "네트워크를 비교합니다: 합계는 나란히, 토큰 목록은 줄을 맞추어 보여 줍니다.",
    "compare NETWORK": (
        "summary와 같은 것을 두 개 이상. 하나의 뒤에 붙인 +OPTION은 그 하나에만 적용됩니다"
        "(D D+bn, A A+input-size=32)."
    ),
    "compare --name": "NETWORK 대신 보일 이름. NETWORK 순서대로 여러 번 쓸 수 있습니다.",
    "compare --lines": (
        "마지막 인자(@FILE 또는 -)의 모든 줄을 NETWORK로 읽어 첫 네트워크와 비교합니다. 줄마다 한 "
        "행을 출력하며, 인자가 하나뿐이면 첫 줄과 비교합니다."
    ),
    "compare --exit-code": "네트워크가 같지 않으면 종료 코드 1로 끝냅니다.",
    "configs": "이름 있는 구성들과 그 깊이를 세는 방법을 보여 줍니다.",
    "configs --paper": "그 대신 VGG 논문의 표 1을 출력합니다.",
    "memory": (
        "학습과 추론에 드는 메모리를 부분별로 보여 줍니다.\n\n"
        "최대 메모리는 학습의 한 단계에서 동시에 쓰는 가장 큰 양입니다. 할당자의 올림과 합성곱 "
        "커널의 작업 공간은 여기에 더해집니다."
    ),
    "--batch-size": "배치의 이미지 수. 여러 개를 적으면 한 행씩 출력합니다.",
    "--dtype": "모든 수의 자료형. amp는 autocast를 쓰고 가중치는 float32로 둡니다.",
    "--optimizer": "학습의 옵티마이저.",
    "--device": "학습의 장치.",
    "memory --fits": "이 메모리(GB 또는 GiB)에서 학습할 수 있는 가장 큰 배치를 찾습니다.",
    "--freeze": "분류기만 학습합니다.",
    "--checkpoint-every": ("기울기 체크포인트: 스테이지마다 입력만 남겨 두고 다시 실행합니다."),
    "verify": (
        "모든 숫자를 실제 PyTorch 모듈과 비교합니다.\n\n"
        "네트워크를 보통의 PyTorch로, 'vgginspect code'가 출력하는 소스로, 그리고 이 모델이 있으면 "
        "torchvision으로 만들어 하나씩 실행하고 잽니다. 가중치는 --forward와 --memory에서만 "
        "할당합니다. 값이 하나라도 다르면 종료 코드는 1입니다."
    ),
    "verify NETWORK": "summary와 같은 것을 하나 이상. PyTorch는 한 번만 불러옵니다.",
    "verify --against": (
        "하나하고만 비교합니다: 보통의 PyTorch 네트워크(pytorch), 'vgginspect code'가 출력하는 "
        "소스(code), torchvision의 모델. 둘과 비교하려면 두 번 씁니다. Python 네트워크이면 "
        "그것이 같아야 할 CONFIG."
    ),
    "verify --forward": (
        "임의의 가중치와 이미지로 CPU에서 한 번 실행하고 시간과 메모리를 출력합니다."
    ),
    "verify --memory": "CPU에서 이미지 두 장을 학습하며 텐서마다 메모리를 비교합니다.",
    "verify --lines": "모든 줄을 CONFIG로 읽어 줄마다 한 행을 출력합니다.",
    "identify": (
        "텐서의 형태를 보고 체크포인트가 어떤 구성인지 판별합니다.\n\n"
        "체크포인트가 VGG가 아니면 종료 코드는 1입니다."
    ),
    "identify FILE": (
        "체크포인트: .pth, .safetensors, .index.json … 그 안의 코드는 실행하지 않습니다."
    ),
    "identify --trace": "찾은 네트워크의 trace를 출력합니다.",
    "identify --summary": "찾은 네트워크의 summary를 출력합니다.",
    "weights": (
        "체크포인트의 텐서 중 네트워크가 불러오는 것과 못 불러오는 것, 그 이유를 보여 줍니다.\n\n"
        "모델의 옵션은 네트워크의 것입니다. load_state_dict가 무엇이든 보고한다면 종료 코드는 "
        "1이고, --code를 쓰면 0입니다."
    ),
    "weights NETWORK": "가중치를 불러올 네트워크: CONFIG, 체크포인트, 또는 Python 네트워크.",
    "weights SOURCE": (
        "가중치: 체크포인트, 또는 그런 네트워크의 가중치를 뜻하는 CONFIG. "
        "vgg16은 torchvision의 것입니다."
    ),
    "weights --code": "불러올 수 있는 것을 모두 불러오는 PyTorch 코드를 출력합니다.",
    "weights --only": (
        "표에 보일 텐서의 상태: loads, shape, missing, unexpected. 합계는 모든 텐서의 것입니다."
    ),
    "code": "모델의 PyTorch 소스를 출력합니다.\n\n이 소스에는 torch만 있으면 됩니다.",
    "code --unrolled": "반복문 대신 레이어마다 한 줄씩 적습니다.",
    "draw": "네트워크를 그림이나, 단계를 넘겨 보는 페이지로 그립니다.",
    "draw --output": ("쓸 파일: 그림(.svg, .png, .pdf, .tex)이나, 단계를 넘겨 보는 페이지(.html)."),
    "draw --style": (
        "그림의 종류: 특징 맵 블록(blocks), 토큰마다의 레이어 목록(growth), 레이어별 비용(costs), "
        "학습 한 단계의 메모리(memory)."
    ),
    "draw --title": '제목. 주지 않으면 네트워크의 이름이고, ""이면 없습니다.',
    "draw --theme": (
        "밝게(light) 또는 어둡게(dark). auto는 보는 사람의 설정을 따릅니다(.svg와 .html만)."
    ),
    "draw --scale": ("블록의 크기: 작은 맵도 보이는 세제곱근(root), 또는 실제 비율(true)."),
    "draw --until": "conv3_1처럼 마지막으로 그릴 레이어. 전체 그림에서의 자리에 그립니다.",
    "draw --highlight": "relu3_3처럼 강조할 레이어.",
    "draw --no-legend": "범례를 넣지 않습니다.",
    "draw --no-caption": "크기와 옵션을 적은 줄을 넣지 않습니다.",
    "man": "man(1)의 설명서를 영어로 출력합니다.",
}
