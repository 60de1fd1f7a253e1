"""Korean for errors and notes; ``translate`` says how templates are written."""

from vgginspect.lang.ko import MESSAGES

ERRORS: dict[str, str] = {
    # Places
    "token {position}, {entry}: {error!t}": "{position}번째 토큰 {entry}: {error}",
    "line {number}, {error!t}": "{number}번째 줄, {error}",
    "line {number}: {error!t}": "{number}번째 줄: {error}",
    "entry {position}, {entry}: {error!t}": "{position}번째 항목 {entry}: {error}",
    "{label}: {error!t}": "{label}: {error}",
    "note: {note!m}": "참고: {note}",
    # What was probably meant
    "; did you mean {a}, or all of them: {pattern}?": ". 혹시 {a}인가요? 모두는 {pattern}",
    "; did you mean {a} or {b}, or all of them: {pattern}?": (
        ". 혹시 {a}, {b} 중 하나인가요? 모두는 {pattern}"
    ),
    "; did you mean {a} or {b} or {c}, or all of them: {pattern}?": (
        ". 혹시 {a}, {b}, {c} 중 하나인가요? 모두는 {pattern}"
    ),
    "; did you mean {a} or {b} or {c} or {d}, or all of them: {pattern}?": (
        ". 혹시 {a}, {b}, {c}, {d} 중 하나인가요? 모두는 {pattern}"
    ),
    "; did you mean {name}?": ". 혹시 {name}인가요?",
    "did you mean {name}?": "혹시 {name}인가요?",
    "; in Python notation it is {text}": ". Python 표기로는 {text}",
    "; {hint!t}": ". {hint}",
    # Tokens
    "not a token; tokens are {a} or {b} or {c} (convolution); {d} or {e} or {f} (max pool); {g} or "
    "{h} (average pool); {i} (local response normalisation)": (
        "토큰이 아닙니다. 쓸 수 있는 토큰: {a}, {b}, {c} (합성곱), {d}, {e}, {f} (최대 풀링), "
        "{g}, {h} (평균 풀링), {i} (국소 응답 정규화)"
    ),
    "not a token; {token} is Token({fields})": "토큰이 아닙니다. {token}: Token({fields})",
    "not a token{hint!t}": "토큰이 아닙니다{hint}",
    "channels are whole numbers; write {token}": "채널 수는 정수입니다. {token}(으)로 적으세요",
    "channels are whole numbers, such as {token}": "채널 수는 {token}처럼 정수로 적습니다",
    "channels are whole numbers in decimal, such as {token}": (
        "채널 수는 {token}처럼 십진 정수로 적습니다"
    ),
    'write the padding as a number, as in {token}; "same" is the default': (
        '패딩은 {token}처럼 숫자로 적습니다. 기본값이 "same"입니다'
    ),
    "set the pool before the classifier with --avgpool": "분류기 앞의 풀링은 --avgpool로 정합니다",
    "use --batch-norm to add batch norm after every convolution": (
        "모든 합성곱 뒤에 배치 정규화를 넣으려면 --batch-norm을 쓰세요"
    ),
    "a ReLU is added after every convolution; leave it out": (
        "ReLU는 합성곱마다 저절로 추가되므로 적지 않습니다"
    ),
    "dropout is in the classifier; set its probability with --dropout": (
        "드롭아웃은 분류기에 있습니다. 확률은 --dropout으로 정합니다"
    ),
    "the classifier is not part of the cfg list; set it with --hidden and --num-classes": (
        "분류기는 cfg 리스트에 적지 않습니다. --hidden과 --num-classes로 정합니다"
    ),
    "softmax is part of PyTorch's loss, not a layer of the model; leave it out": (
        "소프트맥스는 모델의 레이어가 아니라 PyTorch 손실 함수에 들어 있으므로 적지 않습니다"
    ),
    "the input is not part of the cfg list; set its size with --input-size": (
        "입력은 cfg 리스트에 적지 않습니다. 크기는 --input-size로 정합니다"
    ),
    "entries must be numbers or layer names": "항목은 숫자나 레이어 이름이어야 합니다",
    "write each convolution separately, such as {token}": "합성곱은 {token}처럼 하나씩 적으세요",
    "write each convolution separately, as {token}": "합성곱은 {token}처럼 하나씩 적으세요",
    "write the arguments of a layer without blanks, as in {token}": (
        "레이어의 인자는 {token}처럼 빈칸 없이 적으세요"
    ),
    "write the arguments of a layer after their letters, as in {token}": (
        "레이어의 인자는 {token}처럼 인자를 뜻하는 글자 뒤에 적으세요"
    ),
    "use one pair of brackets, around the whole list": "괄호는 리스트 전체에 한 쌍만 씁니다",
    "add the number of channels, such as {token}": "{token}처럼 채널 수를 적으세요",
    "the {argument!t} is one number, or HxW, as in {token}": (
        "{argument} 값은 숫자 하나 또는 {token}처럼 HxW로 적습니다"
    ),
    "the {argument!t} is given twice": "{argument} 값이 두 번 나옵니다",
    "argument": "인자",
    "kernel size": "커널 크기",
    "a convolution has no ceil_mode": "합성곱에는 ceil_mode가 없습니다",
    "groups are not supported in a cfg list": "cfg 리스트에는 groups를 적을 수 없습니다",
    "a pool of a cfg list has no dilation or groups": (
        "cfg 리스트의 풀링에는 dilation과 groups가 없습니다"
    ),
    "write {first} (its stride is 2), {second} with stride {stride}, or {third} for a 2x2 window "
    "with that stride": (
        "{first}(스트라이드 2), {second}(스트라이드 {stride}), {third}(2x2 윈도에 그 스트라이드) "
        "중에서 고르세요"
    ),
    "write {first} (its stride is 2), or {second} with stride {stride}": (
        "{first}(스트라이드 2) 또는 {second}(스트라이드 {stride})로 적으세요"
    ),
    "write {token}": "{token}(으)로 적으세요",
    "write {token} for a max pool": "최대 풀링은 {token}(으)로 적으세요",
    "write {token} for an average pool": "평균 풀링은 {token}(으)로 적으세요",
    "kernel size {kernel} is even, so no padding keeps height and width; add the padding, as in "
    "{token}": (
        "커널 크기 {kernel}: 짝수이면 높이와 너비를 유지하는 패딩이 없습니다. "
        "{token}처럼 패딩을 적으세요"
    ),
    "padding {padding} is more than half of kernel size {kernel}, which PyTorch rejects; use at "
    "most {most}": (
        "패딩 {padding}: 커널 크기 {kernel}의 절반보다 크면 PyTorch가 거부합니다. "
        "{most} 이하로 적으세요"
    ),
    "the number of channels must be positive": "채널 수는 양수여야 합니다",
    "a token needs a kind ({kinds}) and whole numbers, not {given}": (
        "토큰에는 종류({kinds})와 정수가 필요합니다. 주어진 값: {given}"
    ),
    "the kind of a token must be {kinds}, not {given}": (
        "토큰의 종류는 {kinds} 중 하나여야 합니다. 주어진 값: {given}"
    ),
    "must be a whole number or a string": "정수나 문자열이어야 합니다",
    "{what!t} must be between {least} and {most}, not {given}": (
        "{what}: {least} 이상 {most} 이하여야 합니다. 주어진 값: {given}"
    ),
    "{what!t} must be a whole number from {least} to {most}, or none, not {given}": (
        "{what}: {least} 이상 {most} 이하의 정수 또는 none이어야 합니다. 주어진 값: {given}"
    ),
    "{what!t} must be a whole number from {least} to {most}, not {given!m}": (
        "{what}: {least} 이상 {most} 이하의 정수여야 합니다. 주어진 값: {given}"
    ),
    "a huge number": "아주 큰 수",
    "the kernel size": "커널 크기",
    "the stride": "스트라이드",
    "the padding": "패딩",
    "the dilation": "팽창",
    "the number of channels": "채널 수",
    "the number of classes": "클래스 수",
    "each hidden size": "은닉층의 크기",
    "each number of the input size": "입력 크기의 각 숫자",
    "the avgpool size": "평균 풀링의 크기",
    "batch norm": "배치 정규화",
    "the bias": "편향",
    "features only": "특징 추출부만",
    # The cfg list
    "the cfg list is empty; it needs at least one convolution, such as {token}": (
        "cfg 리스트가 비어 있습니다. {token} 같은 합성곱이 하나는 있어야 합니다"
    ),
    "the cfg list is empty": "cfg 리스트가 비어 있습니다",
    "the cfg list has no convolution; it needs at least one number, such as {token}": (
        "cfg 리스트에 합성곱이 없습니다. {token} 같은 숫자가 하나는 있어야 합니다"
    ),
    "the cfg list has more than {most} tokens": "cfg 리스트의 토큰이 {most}개보다 많습니다",
    "the cfg list is binary data, not text": "cfg 리스트가 텍스트가 아니라 이진 데이터입니다",
    "an entry is missing here": "여기에 항목이 빠졌습니다",
    "this quote is not closed": "따옴표를 닫지 않았습니다",
    "unexpected text after the list": "리스트 뒤에 다른 글자가 있습니다",
    "this bracket is not closed with {bracket}": "이 괄호를 {bracket}(으)로 닫지 않았습니다",
    "{count} cfg lists found: {names}; give only one": (
        "cfg 리스트가 {count}개 있습니다: {names}. 하나만 적으세요"
    ),
    "a cfg must be a list, not a dict; pass one of its values, such as {example}": (
        "cfg는 dict가 아니라 리스트여야 합니다. {example}처럼 값 하나를 넘기세요"
    ),
    "a cfg must be a name, a cfg list or a Config, not {given}": (
        "cfg는 이름, cfg 리스트, Config 중 하나여야 합니다. 주어진 값: {given}"
    ),
    "the name of a network must be text, not {given}": (
        "네트워크의 이름은 문자열이어야 합니다. 주어진 값: {given}"
    ),
    "the tokens of a Config must be a list, such as {example}, not {given}; for names, use plan "
    "or CONFIGS": (
        "Config의 토큰은 {example} 같은 리스트여야 합니다. 주어진 값: {given}. "
        "이름에는 plan이나 CONFIGS를 쓰세요"
    ),
    "the tokens of a Config have no options: {given}": (
        "Config의 토큰에는 옵션을 적지 않습니다: {given}"
    ),
    "{arguments} is not a token; the arguments of a layer are part of its token, as in {token}": (
        "{arguments}: 토큰이 아닙니다. 레이어의 인자는 {token}처럼 토큰 안에 적습니다"
    ),
    "{error!t}; {nested!t}": "{error}. {nested}",
    "a cfg list has no lists inside it{hint!t}": "cfg 리스트 안에는 리스트를 넣지 않습니다{hint}",
    "write one list": "리스트 하나로 적으세요",
    "a list for each stage says nothing of the pools; with a max pool between the stages it is": (
        "스테이지마다 리스트를 따로 적으면 풀링을 알 수 없습니다. "
        "스테이지 사이에 최대 풀링을 넣으면"
    ),
    "and with one after the last stage, too": "마지막 스테이지 뒤에도 넣으면",
    "in one list it is": "리스트 하나로 적으면",
    "This is {letter} of the paper.": "논문의 {letter} 구성입니다.",
    "batch norm is an option of the whole network, not of a part of its list; write the name "
    "without bn here, and +bn after the list": (
        "배치 정규화는 리스트 일부가 아니라 네트워크 전체의 옵션입니다. "
        "여기서는 bn 없이 이름만 적고, 리스트 뒤에 +bn을 붙이세요"
    ),
    # Python notation
    "nested too deeply": "너무 깊이 중첩되어 있습니다",
    "this Python text is nested too deeply": "이 Python 코드는 너무 깊이 중첩되어 있습니다",
    "not a list": "리스트가 아닙니다",
    "not a whole number that is written out": "값이 그대로 적힌 정수가 아닙니다",
    "this power is too large": "거듭제곱이 너무 큽니다",
    "a division by 0": "0으로 나눕니다",
    "this number is too large": "수가 너무 큽니다",
    "a list is repeated a whole number of times": "리스트는 정수 번만 반복할 수 있습니다",
    "a slice has whole numbers, and its step is not 0": (
        "슬라이스에는 정수를 쓰며, 간격은 0이 아니어야 합니다"
    ),
    "the call of {name} is not known; Python text is read, not run; known are {names}": (
        "{name}: 알 수 없는 호출입니다. Python 코드는 실행하지 않고 읽기만 합니다. "
        "쓸 수 있는 이름: {names}"
    ),
    "the call of {name} is not known; Python text is read, not run": (
        "{name}: 알 수 없는 호출입니다. Python 코드는 실행하지 않고 읽기만 합니다"
    ),
    "this call is not known; Python text is read, not run; known are {names}": (
        "알 수 없는 호출입니다. Python 코드는 실행하지 않고 읽기만 합니다. "
        "쓸 수 있는 이름: {names}"
    ),
    "this call is not known; Python text is read, not run": (
        "알 수 없는 호출입니다. Python 코드는 실행하지 않고 읽기만 합니다"
    ),
    "neither a list nor the name of one; Python text is read, not run": (
        "리스트도 리스트의 이름도 아닙니다. Python 코드는 실행하지 않고 읽기만 합니다"
    ),
    "{name} is not the name of a list; known are {names}": (
        "{name}: 그런 이름의 리스트가 없습니다. 쓸 수 있는 이름: {names}"
    ),
    "{function} makes layers, not a list; add to the list inside its brackets": (
        "{function}: 리스트가 아니라 레이어를 만듭니다. 괄호 안의 리스트에 이어 적으세요"
    ),
    "this argument of {name} is not known": "{name}에 없는 인자입니다",
    "the argument {word} of {name} is not known; known are {names}": (
        "{word}: {name}에 없는 인자입니다. 쓸 수 있는 인자: {names}"
    ),
    "{name} needs a list, as in {example}": "{name}에는 {example}처럼 리스트가 필요합니다",
    "the value of this argument is not written out": "이 인자의 값이 그대로 적혀 있지 않습니다",
    "line {number} is not Python 3: {reason}": "{number}번째 줄은 Python 3이 아닙니다: {reason}",
    # Names and options
    "unknown configuration {name}{hint!t}": "알 수 없는 구성입니다: {name}{hint}",
    "known: {names}": "쓸 수 있는 이름: {names}",
    "or a cfg list such as {example}": "또는 {example} 같은 cfg 리스트",
    "no CONFIG before {option}; write one, as in {example}": (
        "{option} 앞에 CONFIG가 없습니다. {example}처럼 적으세요"
    ),
    "options come after the whole list; write {text}": (
        "옵션은 리스트가 끝난 뒤에 붙입니다. {text}(으)로 적으세요"
    ),
    "unknown option {name}{hint!t}; the options are {names}": (
        "알 수 없는 옵션입니다: {name}{hint}. 쓸 수 있는 옵션: {names}"
    ),
    "{option} needs a value, such as {example}": "{option}: {example}처럼 값이 필요합니다",
    "an input size must look like {square}, {sides} (H x W) or {whole} (C x H x W), not {given}; "
    "without the batch it is {size}": (
        "입력 크기는 {square}, {sides} (H x W), {whole} (C x H x W) 같은 모양이어야 합니다. "
        "주어진 값: {given}. 배치를 빼면 {size}"
    ),
    "an input size must look like {square}, {sides} (H x W) or {whole} (C x H x W), not {given}": (
        "입력 크기는 {square}, {sides} (H x W), {whole} (C x H x W) 같은 모양이어야 합니다. "
        "주어진 값: {given}"
    ),
    "the dropout probability must be between 0 and 1, not {given}": (
        "드롭아웃 확률은 0 이상 1 이하여야 합니다. 주어진 값: {given}"
    ),
    "{what!t} must be on or off (True or False), not {given}": (
        "{what}: on 또는 off(True 또는 False)여야 합니다. 주어진 값: {given}"
    ),
    "the first Linear would have {features} inputs, more than {most}; use a smaller --avgpool, or "
    "--features-only": (
        "첫 Linear의 입력이 {features}개로 {most}개보다 많아집니다. "
        "--avgpool을 줄이거나 --features-only를 쓰세요"
    ),
    "{option} overrides the {own} of {network}": "{network}의 {own} 대신 {option} 값을 씁니다",
    "{option} overrides {own} of {config}": "{config}의 {own} 대신 {option}을(를) 씁니다",
    # The input size
    "input {size} is too small: {layer} (token {position} of {count}, {token}) gets a {map} "
    "feature map, smaller than {window!t}": (
        "입력 {size}: 너무 작습니다. {layer}(토큰 {count}개 중 {position}번째, {token})의 "
        "특징 맵이 {map}이라 {window}보다 작습니다"
    ),
    "its {size} window": "{size} 윈도",
    "the {needed} that its {size} window with padding {padding} needs": (
        "패딩 {padding}인 {size} 윈도에 필요한 {needed}"
    ),
    "the smallest input that works is {size}": "가능한 가장 작은 입력은 {size}입니다",
    "no input is large enough for so many layers; remove some": (
        "레이어가 너무 많아 어떤 입력으로도 부족합니다. 레이어를 줄이세요"
    ),
    "a size with channels is CxHxW: {right}, not {wrong}": (
        "채널이 있는 크기는 CxHxW 순서입니다: {wrong}이 아니라 {right}"
    ),
    # Layers
    "{network} has no layer {name}{hint!t}": "{network}에 {name} 레이어가 없습니다{hint}",
    "name at least one layer of {network}": "{network}의 레이어를 하나 이상 적으세요",
    "the layers are {names}": "레이어: {names}",
    "or a path, such as {path}, or an index in features": (
        "{path} 같은 경로나 features의 인덱스로도 찾을 수 있습니다"
    ),
    "{part} has the indices {first} to {last}": "{part}의 인덱스는 {first}부터 {last}까지입니다",
    "the scores come from the last Linear, without softmax": (
        "점수는 소프트맥스 없이 마지막 Linear에서 나옵니다"
    ),
    "flattening is a function in forward, not a module": (
        "펼치기는 모듈이 아니라 forward 안의 함수입니다"
    ),
    "the input is no layer; the first layer is {path}": (
        "입력은 레이어가 아닙니다. 첫 레이어는 {path}입니다"
    ),
    # Files and standard input
    "cannot read {file!m}: {reason!m}": "{file} 파일을 읽을 수 없습니다: {reason}",
    "cannot write {file}: it is a directory, not a file": (
        "{file}에 쓸 수 없습니다: 파일이 아니라 디렉터리입니다"
    ),
    "cannot write {file}: {reason!m}": "{file} 파일에 쓸 수 없습니다: {reason}",
    "cannot write to standard output: {reason!m}": "표준 출력에 쓸 수 없습니다: {reason}",
    "No such file or directory": "그런 파일이나 디렉터리가 없습니다",
    "Is a directory": "디렉터리입니다",
    "Not a directory": "디렉터리가 아닙니다",
    "Permission denied": "권한이 없습니다",
    "No space left on device": "남은 공간이 없습니다",
    "File name too long": "파일 이름이 너무 깁니다",
    "Too many levels of symbolic links": "심볼릭 링크가 너무 많이 이어집니다",
    "Invalid argument": "잘못된 인자입니다",
    "Input/output error": "입출력 오류입니다",
    "embedded null byte": "이름에 NUL 문자가 있습니다",
    "standard input": "표준 입력",
    "standard output is closed": "표준 출력이 닫혀 있습니다",
    "standard input is closed; pass the NETWORK as an argument": (
        "표준 입력이 닫혀 있습니다. NETWORK를 인자로 적으세요"
    ),
    "reading from standard input; press Ctrl-D to end": (
        "표준 입력에서 읽습니다. 끝내려면 Ctrl-D를 누르세요"
    ),
    "standard input can be read only once; save it to a file and use {example}": (
        "표준 입력은 한 번만 읽을 수 있습니다. 파일에 저장하고 {example}(으)로 적으세요"
    ),
    "@ needs a file name after it, such as {example}": (
        "@ 뒤에는 {example}처럼 파일 이름이 있어야 합니다"
    ),
    "{file!m} is longer than {limit}, too long for a cfg list": (
        "{file}: {limit}보다 길어서 cfg 리스트로 읽을 수 없습니다"
    ),
    "line {number} of {file!m} is longer than {limit}": (
        "{file}의 {number}번째 줄이 {limit}보다 깁니다"
    ),
    "{file!m} is binary data, not text (byte {place} is not UTF-8); a checkpoint is given without "
    "@": (
        "{file}: 텍스트가 아니라 이진 데이터입니다(바이트 {place}: UTF-8이 아님). "
        "체크포인트는 @ 없이 적습니다"
    ),
    "{text} is a network in Python, and this needs a CONFIG, such as its origin.as_config": (
        "{text}: Python으로 쓴 네트워크입니다. 여기에는 origin.as_config 같은 CONFIG가 필요합니다"
    ),
    "{asked} in {file!m} is code, not a list{hint!t}": (
        "{file}의 {asked}: 리스트가 아니라 코드입니다{hint}"
    ),
    "{name} in line {number} of {file!m} is not written out{hint!t}": (
        "{file}의 {number}번째 줄에 있는 {name}: 값이 그대로 적혀 있지 않습니다{hint}"
    ),
    "{asked} is not the name of a list in {file!m}; written out it is {text}": (
        "{file}에 {asked}라는 이름의 리스트가 없습니다. 풀어 쓰면 {text}"
    ),
    "{file!m} has no cfg list that is written out{hint!t}": (
        "{file}에 값이 그대로 적힌 cfg 리스트가 없습니다{hint}"
    ),
    "{file!m} has no list with a pool; if this is the cfg list, give its name": (
        "{file}에 풀링이 있는 리스트가 없습니다. 다음이 cfg 리스트라면 이름을 적으세요"
    ),
    "{file!m} has {count} cfg lists; give the name of one": (
        "{file}에 cfg 리스트가 {count}개 있습니다. 하나의 이름을 적으세요"
    ),
    "{file!m} has {count} cfg lists; save it to a file, and give the name of one": (
        "{file}에 cfg 리스트가 {count}개 있습니다. 파일에 저장하고 하나의 이름을 적으세요"
    ),
    "{count} cfg lists in {file!m} are named {name}; give more of the name": (
        "{file}에 {name}이라는 이름의 cfg 리스트가 {count}개 있습니다. 이름을 더 길게 적으세요"
    ),
    "{file!m} has no cfg list {name}{hint!t}; its cfg lists are": (
        "{file}에 없는 cfg 리스트입니다: {name}{hint}. 있는 cfg 리스트:"
    ),
    "and {count} more": "그 밖에 {count}개",
    "{hint!t}; for what its code makes, use trace or verify with --builder {target}": (
        "{hint}. 코드가 만드는 것을 보려면 trace나 verify에 --builder {target}"
    ),
    # Command line
    "unknown command {name}{hint!t}": "알 수 없는 명령입니다: {name}{hint}",
    "the commands are {names}": "쓸 수 있는 명령: {names}",
    "unexpected argument {text}": "필요 없는 인자입니다: {text}",
    'quote a list with spaces: "64 M 128"': '빈칸이 있는 리스트는 따옴표로 묶으세요: "64 M 128"',
    '{command} takes one NETWORK; quote a list with spaces: "64 M 128"': (
        "{command}에는 NETWORK 하나만 적습니다. 빈칸이 있는 리스트는 따옴표로 묶으세요: "
        '"64 M 128"'
    ),
    "use compare for several NETWORKs": "NETWORK가 여러 개이면 compare를 쓰세요",
    'a cfg list with spaces needs quotes: "64 M 128"': (
        '빈칸이 있는 cfg 리스트는 따옴표로 묶으세요: "64 M 128"'
    ),
    "{command} --help explains the usage": "사용법: {command} --help",
    "no option {name}{hint!t}": "그런 옵션은 없습니다: {name}{hint}",
    "missing command": "명령이 없습니다",
    "missing argument {name}": "인자가 없습니다: {name}",
    "missing option {name}": "옵션이 없습니다: {name}",
    "option {name} requires an argument": "옵션 {name}에는 값이 필요합니다",
    "option {name} does not take a value": "옵션 {name}에는 값을 쓰지 않습니다",
    "invalid value for {name}: {reason}": "{name}의 값이 잘못되었습니다: {reason}",
    "unknown language {name}; the languages are {names}": (
        "알 수 없는 언어입니다: {name}. 쓸 수 있는 언어: {names}"
    ),
    "unknown format {name}{hint!t}; the formats are {names}": (
        "알 수 없는 형식입니다: {name}{hint}. 쓸 수 있는 형식: {names}"
    ),
    "unknown picture format {name}; the formats are {names}": (
        "알 수 없는 그림 형식입니다: {name}. 쓸 수 있는 형식: {names}"
    ),
    "unknown style {name}; the styles are {names}": (
        "알 수 없는 그림 종류입니다: {name}. 쓸 수 있는 종류: {names}"
    ),
    "unknown theme {name}; the themes are {names}": (
        "알 수 없는 테마입니다: {name}. 쓸 수 있는 테마: {names}"
    ),
    "unknown scale {name}; the scales are {names}": (
        "알 수 없는 축척입니다: {name}. 쓸 수 있는 축척: {names}"
    ),
    "unknown column {name}{hint!t}": "알 수 없는 열입니다: {name}{hint}",
    "the columns are {names}": "쓸 수 있는 열: {names}",
    "--columns needs column names, such as {example}": (
        "--columns에는 {example}처럼 열 이름이 필요합니다"
    ),
    "--only: {what!t}; choose from {names}": "--only: {what}. 쓸 수 있는 값: {names}",
    "unknown kind {name}{hint!t}": "알 수 없는 종류입니다: {name}{hint}",
    "unknown status {name}{hint!t}": "알 수 없는 상태입니다: {name}{hint}",
    "no kind": "종류가 없습니다",
    "no status": "상태가 없습니다",
    "this format has one table; {lost} is not in the same table as {names}; select columns of one "
    "table": (
        "이 형식에는 표가 하나뿐입니다. {lost}: {names}와(과) 같은 표에 없습니다. "
        "한 표의 열만 고르세요"
    ),
    "this format has one table; {lost} are not in the same table as {names}; select columns of "
    "one table": (
        "이 형식에는 표가 하나뿐입니다. {lost}: {names}와(과) 같은 표에 없습니다. "
        "한 표의 열만 고르세요"
    ),
    "--columns does not apply to --format json; use --format jsonl or csv, or --get for one "
    "value": (
        "--columns는 --format json에 적용되지 않습니다. --format jsonl이나 csv를, "
        "값 하나에는 --get을 쓰세요"
    ),
    "no entry {name} in the document{hint!t}": "문서에 {name} 항목이 없습니다{hint}",
    "no entry {name} in {path}{hint!t}": "{path}에 {name} 항목이 없습니다{hint}",
    "the entries are {names}": "항목: {names}",
    "{path} is {value}; it has no entry {name}": "{path}의 값은 {value}이며 {name} 항목이 없습니다",
    "{path} has no entry; there is no entry {name}": (
        "{path}에는 항목이 없습니다. {name}번 항목도 없습니다"
    ),
    "{path} has 1 entry; there is no entry {name}": (
        "{path}의 항목은 1개입니다. {name}번 항목은 없습니다"
    ),
    "{path} has {count} entries, {first} to {last}; there is no entry {name}": (
        "{path}의 항목은 {first}부터 {last}까지 {count}개입니다. {name}번 항목은 없습니다"
    ),
    "this command makes no {suffix} files; {maker} makes them: {command}": (
        "이 명령은 {suffix} 파일을 만들지 않습니다. {maker} 명령이 만듭니다: {command}"
    ),
    "{file}: no format has the suffix {suffix}; this command makes {names}, and files without a "
    "suffix": (
        "{file}: 확장자 {suffix}에 맞는 형식이 없습니다. "
        "이 명령이 만드는 것은 {names}와(과) 확장자 없는 파일입니다"
    ),
    "{file} has no suffix; the suffix sets the format, such as {example}": (
        "{file}에 확장자가 없습니다. {example}처럼 확장자가 형식을 정합니다"
    ),
    "--output needs a file name, or - for standard output": (
        "--output에는 파일 이름이나 표준 출력을 뜻하는 -가 필요합니다"
    ),
    "{option} has no effect on {format}; use it with {others}": (
        "{option} 옵션은 {format}에서 아무 효과가 없습니다. 쓸 수 있는 형식: {others}"
    ),
    "{option} cannot be combined with {other}; use {instead}": (
        "{option} 옵션은 {other}와(과) 함께 쓸 수 없습니다. 대신 {instead}"
    ),
    "--only cannot be combined with --lines, which prints totals": (
        "--only 옵션은 합계를 출력하는 --lines와 함께 쓸 수 없습니다"
    ),
    "--explain cannot be combined with --builder: it computes the network at other input sizes "
    "from a CONFIG": (
        "--explain 옵션은 --builder와 함께 쓸 수 없습니다. "
        "CONFIG에서 다른 입력 크기의 네트워크를 계산하기 때문입니다"
    ),
    "{option} cannot be combined with {other}": (
        "{option} 옵션은 {other}와(과) 함께 쓸 수 없습니다"
    ),
    "{option} needs {other}": "{option} 옵션에는 {other}도 필요합니다",
    "{option} must be {first} or {second}, not {given}": (
        "{option}: {first} 또는 {second}여야 합니다. 주어진 값: {given}"
    ),
    "--by must be token or stage, not {given}": (
        "--by: token 또는 stage여야 합니다. 주어진 값: {given}"
    ),
    "--against must be pytorch, code or torchvision, not {given}": (
        "--against: pytorch, code, torchvision 중 하나여야 합니다. 주어진 값: {given}"
    ),
    "{option} must be one of {names}, not {given}": (
        "{option}: {names} 중 하나여야 합니다. 주어진 값: {given}"
    ),
    "--steps takes a number or a range, such as 1-4, not {given}": (
        "--steps: 숫자나 1-4 같은 범위를 적습니다. 주어진 값: {given}"
    ),
    "--steps: {text} holds no step; steps count from 1": (
        "--steps: {text}에 단계가 없습니다. 단계는 1부터 셉니다"
    ),
    "--steps: there is no step {step}; there are {count} steps": (
        "--steps: {step}단계는 없습니다. 단계는 모두 {count}개입니다"
    ),
    "--quiz reads the answers from standard input; NETWORK cannot be -": (
        "--quiz는 답을 표준 입력에서 읽으므로 NETWORK에 -를 쓸 수 없습니다"
    ),
    "--step needs a terminal; standard output is a pipe or a file": (
        "--step에는 터미널이 필요합니다. 지금 표준 출력은 파이프나 파일입니다"
    ),
    "--step needs a terminal": "--step에는 터미널이 필요합니다",
    "{names} was passed to forward, which is given one image only": (
        "forward에는 이미지 한 장만 주므로 {names}을(를) 넘겼습니다"
    ),
    "{network} has no forward; this is its {name}": (
        "{network}에 forward가 없어서 그 {name}을(를) 보입니다"
    ),
    "{function}, which reads weights, was left out, {error}": (
        "가중치를 읽는 {function}은(는) 실행하지 않았습니다. {error}"
    ),
    "{list} is not the paper's {letter}: entry {number} is {own}, not {paper}": (
        "{list}은(는) 논문의 {letter}와(과) 다릅니다. {number}번째 항목: {own}, 논문은 {paper}"
    ),
    "tried were {sizes}; --input-size sets another, such as {example}": (
        "시도한 크기: {sizes}. 다른 크기는 {example}처럼 --input-size로 정합니다"
    ),
    "it fits with {sizes}": "맞는 크기: {sizes}",
    "not installed: {names}": "설치되지 않은 것: {names}",
    "compare takes two networks or more": "compare에는 네트워크가 둘 이상 필요합니다",
    "pass the module itself to verify; a Plan does not have it": (
        "모듈 자체를 verify에 넘기세요. Plan에는 모듈이 없습니다"
    ),
    "against {name} needs a CONFIG": "against {name}에는 CONFIG가 필요합니다",
    "{option} needs a CONFIG, and not a network in Python": (
        "{option}에는 Python의 네트워크가 아니라 CONFIG가 필요합니다"
    ),
    "verify takes one network in Python at a time, and one to compare it with": (
        "verify는 Python의 네트워크를 한 번에 하나만 받고, 하나와만 비교합니다"
    ),
    "--against {name} needs a CONFIG; what a network in Python should be is a CONFIG too, as in "
    "--against D": (
        "--against {name}에는 CONFIG가 필요합니다. Python의 네트워크를 비교할 상대도 "
        "--against D처럼 CONFIG로 적습니다"
    ),
    "--timeout is for code that is run: a network in Python, or --builder": (
        "--timeout은 실행되는 코드, 곧 Python의 네트워크나 --builder에만 쓸 수 있습니다"
    ),
    "--timeout must be a number of seconds between 0 and {most}, not {given}": (
        "--timeout: 0 이상 {most} 이하의 초 수여야 합니다. 주어진 값: {given}"
    ),
    "--lines needs - (standard input) or @FILE as NETWORK": (
        "--lines를 쓸 때는 NETWORK 자리에 -(표준 입력)나 @FILE을 적으세요"
    ),
    "--lines needs a single NETWORK: - (standard input) or @FILE": (
        "--lines에는 NETWORK 하나만 적습니다: -(표준 입력) 또는 @FILE"
    ),
    "--lines reads every line of a file as a NETWORK, and so takes no name of a list after it, not "
    "{name}": (
        "--lines는 파일의 모든 줄을 NETWORK로 읽으므로 파일 뒤에 리스트 이름을 쓸 수 없습니다: "
        "{name}"
    ),
    "with --lines, use an option such as --batch-norm for all lines, not {options} after the file "
    "name": (
        "--lines에서는 파일 이름 뒤의 {options} 대신 --batch-norm처럼 모든 줄에 적용되는 옵션을 "
        "쓰세요"
    ),
    "--lines needs one NETWORK to compare with, then - or @FILE": (
        "--lines에는 비교할 NETWORK 하나와, -(표준 입력) 또는 @FILE을 적으세요"
    ),
    "--lines found no NETWORK, so nothing was compared": (
        "--lines가 읽은 NETWORK가 없어 비교한 것이 없습니다"
    ),
    "{count} invalid line skipped": "잘못된 줄 {count}개를 건너뛰었습니다",
    "{count} invalid lines skipped": "잘못된 줄 {count}개를 건너뛰었습니다",
    # compare, verify, weights
    "compare needs at least two NETWORKs, such as {first} or {second}": (
        "compare에는 {first} 또는 {second}처럼 NETWORK가 두 개 이상 필요합니다"
    ),
    "{names} names for {count} NETWORKs": "NETWORK는 {count}개인데 --name이 {names}개입니다",
    "{bad} of {count} values differ": "값 {count}개 중 {bad}개가 다릅니다",
    "{bad} of {count} tensors do not load as they are": (
        "텐서 {count}개 중 {bad}개를 그대로는 불러올 수 없습니다"
    ),
    "what {network} should be is missing: compare it with a CONFIG, such as {example}": (
        "{network}: 무엇과 같아야 하는지 없습니다. {example}처럼 비교할 CONFIG를 적으세요"
    ),
    "{network} differs from {other}": "{network}: {other}와(과) 다릅니다",
    "{builder} makes only the features; the head is not compared": (
        "{builder}: 특징 추출부만 만들므로 헤드는 비교하지 않습니다"
    ),
    "verify compares your builder with the network the list describes; 'trace --builder' accepts "
    "entries of any kind": (
        "verify는 빌더를 리스트가 나타내는 네트워크와 비교합니다. "
        "'trace --builder'에는 어떤 항목이든 쓸 수 있습니다"
    ),
    "torchvision has no model for this cfg list; it has {names}": (
        "torchvision에는 이 cfg 리스트의 모델이 없습니다. 있는 모델: {names}"
    ),
    "torchvision has no {network} with {options}; only batch norm, classes, dropout and input size "
    "can differ from the paper": (
        "torchvision에는 {options} 옵션의 {network}이(가) 없습니다. 배치 정규화, 클래스 수, "
        "드롭아웃, 입력 크기만 논문과 다를 수 있습니다"
    ),
    "PyTorch cannot {what!t} this network: {reason}": (
        "PyTorch에서 이 네트워크를 {what} 수 없습니다: {reason}"
    ),
    "build": "만들",
    "run": "실행할",
    "{what!t} needs at least {needed} GB, but this machine has {memory} GB; without {option} no "
    "weights are allocated": (
        "{what}에는 적어도 {needed} GB가 필요하지만 이 컴퓨터에는 {memory} GB가 있습니다. "
        "{option} 없이 실행하면 가중치를 할당하지 않습니다"
    ),
    "{side} is {why!m}; only names are compared": "{side}: {why}. 이름만 비교합니다",
    "--code: nothing of {source} can be loaded": (
        "--code: {source}에서 불러올 수 있는 것이 없습니다"
    ),
    # memory
    "--batch-size must be a whole number from 1 to {most}, not {given}": (
        "--batch-size: 1 이상 {most} 이하의 정수여야 합니다. 주어진 값: {given}"
    ),
    "--batch-size must be whole numbers, such as {example}, not {given}": (
        "--batch-size: {example} 같은 정수여야 합니다. 주어진 값: {given}"
    ),
    "--fits must be an amount of memory, such as {decimal} (10⁹ bytes) or {binary} (2³⁰), not "
    "{given}": (
        "--fits: {decimal}(10⁹바이트)나 {binary}(2³⁰바이트) 같은 메모리 크기여야 합니다. "
        "주어진 값: {given}"
    ),
    "--freeze features leaves nothing to train with --features-only": (
        "--freeze features와 --features-only를 함께 쓰면 학습할 것이 없습니다"
    ),
    "--dtype amp is not known for {layer}: each device converts another part of a "
    "LocalResponseNorm to float32": (
        "{layer}에는 --dtype amp를 계산할 수 없습니다. "
        "LocalResponseNorm에서 float32로 바뀌는 부분이 장치마다 다릅니다"
    ),
    "PyTorch has no {layer} in {dtype} on a CPU": (
        "PyTorch의 CPU에는 {dtype} {layer}이(가) 없습니다"
    ),
    "PyTorch cannot train {layer} on one value for each channel; use a batch size of 2 or more, or "
    "a larger input": (
        "{layer}: PyTorch는 채널마다 값이 하나이면 학습할 수 없습니다. "
        "배치 크기를 2 이상으로 하거나 입력을 키우세요"
    ),
    "what autograd keeps of {name} on a CUDA device is not known": (
        "CUDA 장치에서 autograd가 {name}에서 무엇을 보관하는지 알 수 없습니다"
    ),
    "what autograd keeps was not measured: in training, {error}": (
        "autograd가 보관하는 것을 재지 못했습니다. 학습할 때의 오류: {error}"
    ),
    "in training it runs other layers, so what autograd keeps of each is not told here; memory "
    "measures it": (
        "학습할 때는 다른 레이어가 실행되므로 autograd가 보관하는 것은 여기에 없습니다. "
        "memory 명령으로 잴 수 있습니다"
    ),
    "the settings of memory are {names}; not {given}": (
        "memory의 설정은 {names}입니다. 주어진 값: {given}"
    ),
    "nothing that the network returns depends on its weights": (
        "네트워크가 반환하는 것 중에 가중치에 따라 달라지는 것이 없습니다"
    ),
    "layers share weights: the network has {own} parameters, and the totals, which count each "
    "layer's, are {counted}": (
        "레이어들이 가중치를 함께 씁니다. 네트워크의 파라미터는 {own}개이고, 레이어마다 센 합계는 "
        "{counted}개입니다"
    ),
    "the memory of {name} under amp on the CPU is not known": (
        "CPU에서 amp일 때 {name}의 메모리는 알 수 없습니다"
    ),
    "what autograd keeps of each layer is not known: which run depends on the batch size": (
        "autograd가 레이어마다 보관하는 것은 알 수 없습니다. 실행되는 레이어가 배치 크기에 따라 "
        "다릅니다"
    ),
    "a training step of {network} failed: {reason}": (
        "{network}의 학습 단계가 실패했습니다: {reason}"
    ),
    "a training step of {network}": "{network}의 학습 단계",
    "it depends on the values of a tensor, and is run with tensors that have none": (
        "값이 없는 텐서로 실행하는데 텐서의 값에 따라 달라집니다"
    ),
    "the memory of {name} on a CUDA device is not known{amp!t}; with --device cpu it is measured": (
        "CUDA 장치에서 {name}의 메모리{amp}는 알 수 없습니다. --device cpu이면 잽니다"
    ),
    " under amp": "(amp 사용 시)",
    "the memory of a network in Python is measured while it runs, which a Plan cannot; pass the "
    "network itself, or its text, such as {text}": (
        "Python 네트워크의 메모리는 실행하면서 재므로 Plan으로는 알 수 없습니다. "
        "네트워크 자체나 {text} 같은 글로 넘기세요"
    ),
    "input_size is that of a network in Python; a CONFIG has input_shape": (
        "input_size는 Python 네트워크의 것입니다. CONFIG에는 input_shape를 쓰세요"
    ),
    "--checkpoint-every describes a CONFIG; in a network in Python it is torch.utils.checkpoint in "
    "its own forward, and is measured": (
        "--checkpoint-every는 CONFIG의 것입니다. Python 네트워크에서는 그 forward 안의 "
        "torch.utils.checkpoint를 그대로 잽니다"
    ),
    "it does not run the same functions twice": "두 번 실행할 때 같은 함수를 부르지 않습니다",
    "{network} has nothing to train": "{network}에는 학습할 것이 없습니다",
    # Pictures
    "--{name} applies only to pictures in the style {style}": (
        "--{name} 옵션은 {style} 그림에만 적용됩니다"
    ),
    "--style applies only to pictures ({suffixes}), not to an HTML page": (
        "--style 옵션은 HTML 페이지가 아니라 그림({suffixes})에만 적용됩니다"
    ),
    "a picture shows at most {most} tokens, but this list has {count}; summary and trace have no "
    "such limit": (
        "그림에는 토큰을 {most}개까지 그릴 수 있지만 이 리스트에는 {count}개가 있습니다. "
        "summary와 trace에는 이런 제한이 없습니다"
    ),
    "{layer} cannot be highlighted: the picture ends at {end}": (
        "{layer}: 그림이 {end}에서 끝나므로 강조할 수 없습니다"
    ),
    "{layer} cannot be highlighted: a picture shows no dropout": (
        "{layer}: 그림에는 드롭아웃이 없으므로 강조할 수 없습니다"
    ),
    "PNG and PDF pictures need vl-convert": "PNG와 PDF 그림에는 vl-convert가 필요합니다",
    "pip install '{package}', or draw an .svg": (
        "pip install '{package}'로 설치하거나 .svg로 그리세요"
    ),
    "{what!m} needs a CONFIG, but this network was recorded while {name} ran": (
        "{what}에는 CONFIG가 필요하지만 이 네트워크는 {name}을(를) 실행하며 기록한 것입니다"
    ),
    "a picture shows at most {most} steps, but this network has {count}; summary and trace have no "
    "such limit": (
        "그림에는 단계를 {most}개까지 그릴 수 있지만 이 네트워크에는 {count}개가 있습니다. "
        "summary와 trace에는 이런 제한이 없습니다"
    ),
    "this network has no convolution and no pool, so there is no picture": (
        "이 네트워크에는 합성곱도 풀링도 없어서 그림이 없습니다"
    ),
    "{what} needs a CONFIG, and {name} has none: {why!m}": (
        "{what}에는 CONFIG가 필요하지만 {name}에는 없습니다. {why}"
    ),
    "it has no convolution and no pool": "합성곱도 풀링도 없습니다",
    "no token makes {layers}": "이 레이어를 만드는 토큰이 없습니다: {layers}",
    "{layer} does not read just the layer before it": (
        "{layer}: 바로 앞 레이어의 출력만 읽지 않습니다"
    ),
    "its features are those of {config}, but no options make the layers after it: {layers}": (
        "특징 부분은 {config}과(와) 같지만 그 뒤의 레이어를 만드는 옵션이 없습니다: {layers}"
    ),
    "no CONFIG has {layer} among the others": (
        "다른 레이어와 함께 {layer}이(가) 있는 CONFIG가 없습니다"
    ),
    "no CONFIG has these layers": "이런 레이어가 있는 CONFIG가 없습니다",
    "a picture": "그림",
    "a Plan has its options; pass {names} to plan": (
        "Plan에는 이미 옵션이 있습니다. {names}은(는) plan에 넘기세요"
    ),
    # Checkpoints
    "{file} is empty": "{file}: 빈 파일입니다",
    "{file} is in PyTorch's format but has the suffix .safetensors; rename it to .pth": (
        "{file}: PyTorch 형식인데 확장자가 .safetensors입니다. .pth로 바꾸세요"
    ),
    "{file} is not a checkpoint: it is {what!t}": "{file}: 체크포인트가 아닙니다. {what}",
    "{file} is not a checkpoint: neither a PyTorch nor a safetensors file": (
        "{file}: 체크포인트가 아닙니다. PyTorch 파일도 safetensors 파일도 아닙니다"
    ),
    "a Git LFS pointer; 'git lfs pull' fetches the file itself": (
        "Git LFS 포인터입니다. 'git lfs pull'로 파일을 받으세요"
    ),
    "a web page (HTML); the download probably failed": (
        "웹 페이지(HTML)입니다. 내려받기에 실패한 것 같습니다"
    ),
    "an HDF5 file, as Keras saves it": "Keras가 저장하는 HDF5 파일입니다",
    "in Keras's format": "Keras의 형식입니다",
    "load it in Keras and save its weights as .npz: {code}": (
        "Keras에서 불러와 가중치를 .npz로 저장하세요: {code}"
    ),
    "compressed with {program}; unpack it first": "{program}(으)로 압축한 파일이므로 먼저 푸세요",
    "a GGUF file": "GGUF 파일입니다",
    "a tar archive; unpack it first": "tar 압축 파일이므로 먼저 푸세요",
    "in the format of PyTorch before 0.2": "0.2 이전 PyTorch의 형식입니다",
    "if you trust it, save it again: {code}": "믿을 수 있는 파일이면 다시 저장하세요: {code}",
    "{file} has no state_dict: no named tensors found": (
        "{file}에 state_dict가 없습니다. 이름 있는 텐서를 찾지 못했습니다"
    ),
    "{file} is damaged or not a checkpoint: {reason!m}": (
        "{file}: 손상되었거나 체크포인트가 아닙니다: {reason}"
    ),
    "{file} needs more memory than is available": "{file}: 메모리가 모자라 읽을 수 없습니다",
    "not a VGG: no sequence of convolutions found{why!t}": (
        "VGG가 아닙니다. 차례로 이어지는 합성곱을 찾지 못했습니다{why}"
    ),
    ": each must take what the one before it gives, and {layer} does not fit in": (
        ". 합성곱은 앞의 출력을 차례로 받아야 하는데 {layer}이(가) 맞지 않습니다"
    ),
    "not a VGG: {layer} has {inputs} input channels, but the convolution before it has {outputs} "
    "output channels": (
        "VGG가 아닙니다. {layer}의 입력 채널은 {inputs}개인데 앞 합성곱의 출력 채널은 "
        "{outputs}개입니다"
    ),
    "not a VGG that a cfg list can describe: only some convolutions have {what!m}": (
        "cfg 리스트로 나타낼 수 있는 VGG가 아닙니다. 합성곱 중 일부에만 {what}이(가) 있습니다"
    ),
    "a bias": "편향",
    "not a VGG that a cfg list can describe: {error!m}": (
        "cfg 리스트로 나타낼 수 있는 VGG가 아닙니다. {error}"
    ),
    "not a VGG: {layer} is a {size} convolution": "VGG가 아닙니다. {layer}: {size} 합성곱입니다",
    "not a VGG: more than {most} layers": "VGG가 아닙니다. 레이어가 {most}개보다 많습니다",
    "not a VGG: the classifier has {inputs} inputs, not a multiple of {channels} channels": (
        "VGG가 아닙니다. 분류기의 입력 {inputs}개가 채널 {channels}개의 배수가 아닙니다"
    ),
    "not a VGG: a linear layer of the classifier has {inputs} inputs, but the one before it has "
    "{outputs} outputs": (
        "VGG가 아닙니다. 분류기의 한 선형 레이어의 입력은 {inputs}개인데 앞 레이어의 출력은 "
        "{outputs}개입니다"
    ),
    "not a VGG as it is: the weight of {layer} is computed by {by}; make it a plain weight with "
    "{undo} and save again": (
        "그대로는 VGG가 아닙니다. {layer}의 가중치를 {by}이(가) 계산합니다. "
        "{undo}(으)로 보통 가중치로 바꾸어 다시 저장하세요"
    ),
    "not a VGG as it is: it is not clear whether the weights have PyTorch's order of the sides "
    "(out, in, height, width) or TensorFlow's (height, width, in, out)": (
        "그대로는 VGG가 아닙니다. 가중치의 차원 순서가 PyTorch의 것(출력, 입력, 높이, 너비)인지 "
        "TensorFlow의 것(높이, 너비, 입력, 출력)인지 알 수 없습니다"
    ),
    "{file} is taken for {config}; assumed: {facts!t}": (
        "{file}: {config}(으)로 봅니다. 추정: {facts}"
    ),
    "{file} is taken for {config}; unknown: {facts!t}": (
        "{file}: {config}(으)로 봅니다. 알 수 없음: {facts}"
    ),
    "{file} is taken for {config}": "{file}: {config}(으)로 봅니다",
    "{facts!t}; unknown: {more!t}": "{facts}. 알 수 없음: {more}",
    "{facts!t}; not part of it: {count} tensors": "{facts}. 여기에 속하지 않는 텐서: {count}개",
    "input size (here {size})": "입력 크기(여기서는 {size})",
    # Damaged checkpoints
    "JSON of more than {most} MiB": "{most} MiB보다 긴 JSON",
    "JSON that is nested too deep": "너무 깊이 중첩된 JSON",
    "its JSON is invalid": "잘못된 JSON",
    "it has no header of a NumPy array": "NumPy 배열의 헤더가 없습니다",
    "unexpected end of the pickle": "피클이 중간에 끝납니다",
    "it keeps data outside the file": "데이터가 파일 밖에 있습니다",
    "unexpected end of a line of the pickle": "피클의 한 줄이 중간에 끝납니다",
    "a pickle with more than {most} MiB of text": "텍스트가 {most} MiB보다 많은 피클",
    "a pickle instruction without its operand": "피연산자가 없는 피클 명령",
    "a pickle instruction without its mark": "표시가 없는 피클 명령",
    "the pickle has no value {index} to repeat": "피클에 다시 쓸 {index}번 값이 없습니다",
    "a pickle instruction with an invalid number": "피클 명령의 숫자가 잘못되었습니다",
    "a dict with a key but no value": "dict의 키에 값이 없습니다",
    "an item is set on what is no dict": "dict가 아닌 것에 항목을 넣습니다",
    "an entry is appended to what is no list": "list가 아닌 것에 항목을 추가합니다",
    "a class without a name": "이름 없는 클래스",
    "a pickle of more than {most} classes": "클래스가 {most}개보다 많은 피클",
    "a pickle of more than {most} instructions": "명령이 {most}개보다 많은 피클",
    "byte {code} is no pickle instruction": "바이트 {code}: 피클 명령이 아닙니다",
    "text that is not UTF-8": "UTF-8이 아닌 텍스트",
    "its weight_map names an index": "weight_map이 인덱스 파일을 가리킵니다",
    "a persistent id that names no storage": "저장소를 가리키지 않는 식별자",
    "a tensor has an invalid shape": "텐서의 형태가 잘못되었습니다",
    "a tensor has an invalid offset": "텐서의 오프셋이 잘못되었습니다",
    "a tensor has strides that do not fit its shape": "텐서의 스트라이드가 형태에 맞지 않습니다",
    "a tensor is larger than its storage": "텐서가 저장소보다 큽니다",
    "a sparse tensor without its parts": "희소 텐서의 일부가 없습니다",
    "a NumPy array without its shape": "NumPy 배열에 형태가 없습니다",
    "its header is longer than the file": "헤더가 파일보다 깁니다",
    "its header is no JSON object": "헤더가 JSON 객체가 아닙니다",
    "the values of its tensors are cut off": "텐서의 값이 중간에 끊겼습니다",
    "its header has no description of {key}": "헤더에 {key}의 설명이 없습니다",
    "its header does not tell where {key} is": "헤더에 {key}의 위치가 없습니다",
    "{key} does not have the size of its shape": "{key}의 크기가 형태와 다릅니다",
    "its tensors overlap or leave gaps": "텐서가 겹치거나 사이가 비어 있습니다",
    "JSON without a weight_map, so no index of a checkpoint": (
        "weight_map이 없는 JSON이라 체크포인트의 인덱스가 아닙니다"
    ),
    "its weight_map names a file outside its folder": "weight_map이 폴더 밖의 파일을 가리킵니다",
    "{file} has no {key}": "{file}에 {key}이(가) 없습니다",
    "it names more than {most} files": "파일을 {most}개보다 많이 가리킵니다",
    "a model of too many modules": "모듈이 너무 많은 모델",
    "the archive has no data.pkl": "압축 파일에 data.pkl이 없습니다",
    "the archive has no data.pkl, but {example}": (
        "압축 파일에 data.pkl이 없고 {example}이(가) 있습니다"
    ),
    "the values of storage {key} are missing": "저장소 {key}의 값이 없습니다",
    "the values of storage {key} are cut off": "저장소 {key}의 값이 중간에 끊겼습니다",
    "a protocol that PyTorch never wrote": "PyTorch가 쓴 적이 없는 프로토콜",
    "it has no list of storages": "저장소의 목록이 없습니다",
    "a storage that no tensor uses": "어떤 텐서도 쓰지 않는 저장소",
    "unexpected end: the values of the last tensors are missing": (
        "중간에 끝나서 마지막 텐서들의 값이 없습니다"
    ),
    "the archive ends too early, without its directory": "압축 파일이 목록 없이 중간에 끝납니다",
    "an archive of more than {most} files": "파일이 {most}개보다 많은 압축 파일",
    "the directory of the archive lies outside it": "압축 파일의 목록이 파일 밖에 있습니다",
    "the directory of the archive is damaged": "압축 파일의 목록이 손상되었습니다",
    "the archive is damaged: a part lies outside it": (
        "압축 파일이 손상되었습니다. 일부가 파일 밖에 있습니다"
    ),
    "the archive is damaged: a part of it is missing": (
        "압축 파일이 손상되었습니다. 일부가 없습니다"
    ),
    "the archive is damaged: a part cannot be unpacked": (
        "압축 파일이 손상되었습니다. 일부를 풀 수 없습니다"
    ),
    "the archive is encrypted": "암호가 걸린 압축 파일",
    "the archive is packed by method {method}": "압축 파일의 압축 방식이 {method}입니다",
    "a part of the archive unpacks to more than {most} MiB": (
        "압축 파일의 일부가 풀면 {most} MiB보다 큽니다"
    ),
    # Networks and builders in Python
    "{option} describes a CONFIG; a network in Python takes its own arguments, as in {example}": (
        "{option} 옵션은 CONFIG의 것입니다. Python으로 쓴 네트워크에는 {example}처럼 "
        "그 네트워크의 인자를 쓰세요"
    ),
    "{name} cannot be run with input {shape}, {place} in {function}: {reason}": (
        "{name}: 입력 {shape}(으)로 실행할 수 없습니다({place}의 {function}): {reason}"
    ),
    "{name} cannot be run with input {shape}: {reason}": (
        "{name}: 입력 {shape}(으)로 실행할 수 없습니다: {reason}"
    ),
    "the layer takes {wanted} channels and was given {got}: likely in_channels was not updated "
    "after the layer before it": (
        "이 레이어는 채널 {wanted}개를 받는데 {got}개가 들어왔습니다. "
        "앞 레이어 뒤에서 in_channels를 바꾸지 않은 것 같습니다"
    ),
    "the linear layer takes {wanted} features and was given {got}": (
        "이 선형 레이어는 특징 {wanted}개를 받는데 {got}개가 들어왔습니다"
    ),
    "the map before it is {map}, and {wanted} are {shape}: likely it was made for --input-size "
    "{size}": (
        "그 앞의 특징 맵은 {map}이고 {wanted}개는 {shape}입니다. "
        "--input-size {size}에 맞춘 것 같습니다"
    ),
    "{layer} takes {maps}; only images, channels x height x width, are supported as input": (
        "{layer}의 입력은 {maps}입니다. 입력으로는 이미지(C×H×W)만 지원합니다"
    ),
    "{place}: {layer} is no part of the network, so its weights are not in parameters(), like "
    "{count} in all; keep modules in nn.ModuleList, not in a list": (
        "{place}: {layer}은(는) 네트워크에 속하지 않아 가중치가 parameters()에 없습니다(모두 "
        "{count}개). 모듈은 리스트가 아니라 nn.ModuleList에 두세요"
    ),
    "only networks that take one image can be run": (
        "이미지 하나를 받는 네트워크만 실행할 수 있습니다"
    ),
    "forward returns None: likely a return statement is missing": (
        "forward가 None을 반환합니다. return 문이 빠진 것 같습니다"
    ),
    "forward returns a {kind} without a tensor: likely a return statement is missing": (
        "forward가 텐서 없는 {kind}을(를) 반환합니다. return 문이 빠진 것 같습니다"
    ),
    "PyTorch is needed but not installed": "PyTorch가 필요하지만 설치되어 있지 않습니다",
    "torchvision is needed but not installed": "torchvision이 필요하지만 설치되어 있지 않습니다",
    "PyTorch is installed but incomplete: 'torch' has no 'nn'": (
        "PyTorch가 설치되어 있지만 온전하지 않습니다: 'torch'에 'nn'이 없습니다"
    ),
    "{what} is installed but {statement} fails: {reason}": (
        "{what}: 설치되어 있지만 {statement}에 실패합니다: {reason}"
    ),
    "the network needs {name}, which is not installed": (
        "이 네트워크에는 {name}이(가) 필요하지만 설치되어 있지 않습니다"
    ),
    "the network needs {name}, which the installed {top} does not have": (
        "이 네트워크에는 {name}이(가) 필요하지만 설치된 {top}에는 없습니다"
    ),
    "a builder must be MODULE:FUNCTION, such as {example}, not {given}": (
        "빌더는 {example}처럼 MODULE:FUNCTION으로 적습니다. 주어진 값: {given}"
    ),
    "{text} is a {kind}, not a function or a class": (
        "{text}: 함수나 클래스가 아니라 {kind}입니다"
    ),
    "{text} is a {kind}, not a class, a function or a network": (
        "{text}: 클래스, 함수, 네트워크가 아니라 {kind}입니다"
    ),
    "{owner} has no {name}{hint!t}": "{owner}에 {name}이(가) 없습니다{hint}",
    "no such file: {name}": "그런 파일이 없습니다: {name}",
    "{file} is not a Python file": "{file}: Python 파일이 아닙니다",
    "{name} is not a module; a builder must be MODULE:FUNCTION, such as {example}": (
        "{name}: 모듈이 아닙니다. 빌더는 {example}처럼 MODULE:FUNCTION으로 적습니다"
    ),
    "no module named {name}; for a file, include its suffix, such as {example}": (
        "{name}: 그런 모듈이 없습니다. 파일이라면 {example}처럼 확장자까지 적으세요"
    ),
    "{name} returned a {kind}, which has no torch module in it": (
        "{name}: 반환한 {kind} 안에 torch 모듈이 없습니다"
    ),
    "{name} returned a scripted module, which cannot be traced; name a function that returns the "
    "unscripted module": (
        "{name}: 스크립트로 바꾼 모듈을 반환해서 추적할 수 없습니다. "
        "바꾸기 전의 모듈을 반환하는 함수를 적으세요"
    ),
    "{name} has no argument for {names}; it takes {signature}": (
        "{name}에 {names}을(를) 받는 인자가 없습니다. 받는 인자: {signature}"
    ),
    "{key} is given twice: in {name} and as an option": (
        "{key} 값이 두 번 있습니다: {name}와(과) 옵션"
    ),
    "{name} has an unknown required argument {argument} (known: {names}); name a function that "
    "calls it with all its arguments": (
        "{name}에 알 수 없는 필수 인자 {argument}이(가) 있습니다(아는 인자: {names}). "
        "모든 인자를 넣어 부르는 함수를 적으세요"
    ),
    "{name} needs {names}; give a value, as in {example}": (
        "{name}에는 {names} 값이 필요합니다. {example}처럼 적으세요"
    ),
    "{name}: {error}; it takes {signature}": "{name}: {error}. 받는 인자: {signature}",
    "{name} has no parameter for a cfg list, and its module has no list; a builder must take the "
    "list or its name": (
        "{name}에 cfg 리스트를 받는 인자가 없고 모듈에도 리스트가 없습니다. "
        "빌더는 리스트나 그 이름을 받아야 합니다"
    ),
    "{name} has no parameter for a cfg list, and no list in its module equals the CONFIG: "
    "{texts}": (
        "{name}에 cfg 리스트를 받는 인자가 없고, 모듈에도 CONFIG와 같은 리스트가 없습니다: {texts}"
    ),
    "{name} has no parameter for a cfg list and does not read {listed}": (
        "{name}: cfg 리스트를 받는 인자가 없고 {listed}도 읽지 않습니다"
    ),
    "{name} takes the name of a list but does not read {listed}": (
        "{name}: 리스트의 이름을 받지만 {listed}을(를) 읽지 않습니다"
    ),
    "{name} did not read the cfg list": "{name}: cfg 리스트를 읽지 않았습니다",
    "{name} read the whole cfg list before it made a module{place}, so modules cannot be assigned "
    "to tokens; iterate over the list itself, not over a copy such as {example}": (
        "{name}: 모듈을 만들기 전에 cfg 리스트를 다 읽어서{place} 모듈이 어느 토큰의 것인지 알 수 "
        "없습니다. {example} 같은 사본이 아니라 리스트 자체로 반복하세요"
    ),
    "{name} read the whole cfg list before it made a module, so modules cannot be assigned "
    "to tokens; iterate over the list itself, not over a copy such as {example}": (
        "{name}: 모듈을 만들기 전에 cfg 리스트를 다 읽어서 모듈이 어느 토큰의 것인지 알 수 "
        "없습니다. {example} 같은 사본이 아니라 리스트 자체로 반복하세요"
    ),
    "the network runs none of the modules that the builder made for a token": (
        "빌더가 토큰마다 만든 모듈을 네트워크가 하나도 실행하지 않습니다"
    ),
    "{file} defines {count} networks; name one:": (
        "{file}에 네트워크가 {count}개 있습니다. 하나의 이름을 적으세요:"
    ),
    "{file} defines no network; name one, such as {example}": (
        "{file}에 네트워크가 없습니다. {example}처럼 이름을 적으세요"
    ),
    "a network must be a torch.nn.Module, not a {kind}": (
        "네트워크는 torch.nn.Module이어야 합니다. 주어진 값의 형: {kind}"
    ),
    "a picture is of one batch size; draw one for each": (
        "그림 하나는 배치 크기 하나만 보여 줍니다. 크기마다 따로 그리세요"
    ),
    "--fits {amount} has no unit; write {a} or {b}": (
        "--fits {amount}에 단위가 없습니다. {a} 또는 {b}로 적으세요"
    ),
    "what {name} makes has no {part}: {error}": "{name} 결과에는 {part}이(가) 없습니다: {error}",
    "this is {part} of what {name} makes": "{name} 결과의 일부인 {part}입니다",
    "after the file must be a name, or a call with literal arguments, such as {name} or {call}, "
    "not {given}": (
        "파일 뒤에는 이름이나 값을 그대로 적은 호출이 와야 합니다. 예: {name}, {call}. "
        "주어진 값: {given}"
    ),
    "{what} is made already, and takes no {given}": (
        "{what}: 이미 만들어진 것이라 {given}을(를) 받지 않습니다"
    ),
    "the builder made more than {most} modules for {count} tokens; its loop may be infinite": (
        "빌더가 토큰 {count}개에 모듈을 {most}개보다 많이 만들었습니다. "
        "반복문이 끝나지 않는 것 같습니다"
    ),
    "{what!m} was still running after {seconds} s{place}": (
        "{what}: {seconds}초가 지나도 끝나지 않았습니다{place}"
    ),
    "{what!m} was still running after {seconds} s": (
        "{what}: {seconds}초가 지나도 끝나지 않았습니다"
    ),
    "set a longer limit with --timeout": (
        "시간 제한은 --timeout으로 늘릴 수 있습니다"
    ),
    "{what!m} called sys.exit({code}){place}": "{what}: sys.exit({code})을(를) 불렀습니다{place}",
    "{what!m} called sys.exit(){place}": "{what}: sys.exit()을(를) 불렀습니다{place}",
    "{what!m} failed, {place} in {function}: {reason!m}": (
        "{what}: 실패했습니다({place}의 {function}): {reason}"
    ),
    "{what!m} failed: {reason!m}": "{what}: 실패했습니다: {reason}",
    "infinite recursion": "끝나지 않는 재귀",
    "invalid Python: {reason}": "잘못된 Python: {reason}",
    "the network of {name}, with input {shape},": "{name}의 네트워크(입력 {shape})",
    # Notes
    "{what} was left out: weights do not change the architecture": (
        "{what}: 실행하지 않았습니다. 가중치는 구조를 바꾸지 않습니다"
    ),
    "{what} was passed: weights do not change the architecture": (
        "{what}: 이 값을 넘겼습니다. 가중치는 구조를 바꾸지 않습니다"
    ),
    "{what} was passed: it has no default": "{what}: 기본값이 없어 이 값을 넘겼습니다",
    "{place} failed and was left out: {reason}": "{place}: 실패해서 건너뛰었습니다: {reason}",
    "not installed, and not needed for the network: {names}": (
        "설치되어 있지 않지만 네트워크에 필요 없는 것: {names}"
    ),
    "{name} was not passed: builders get only {names}": (
        "{name}: 빌더에 넘기는 것은 {names}뿐이어서 넘기지 않았습니다"
    ),
    "{where}: what {layer} does to the receptive field is not known; receptive fields are unknown "
    "from there on": (
        "{where}: {layer}이(가) 수용 영역을 어떻게 바꾸는지 알 수 없어 그 뒤의 수용 영역도 알 수 "
        "없습니다"
    ),
    "{where}: the multiply-accumulates of {layer} are not counted, so the total is unknown": (
        "{where}: {layer}의 곱셈-누산은 세지 않으므로 합계를 알 수 없습니다"
    ),
    "the input is {shape}; with {other} it failed: {reason}": (
        "입력은 {shape}입니다. {other}로는 실패했습니다: {reason}"
    ),
    "the input is {shape}": "입력은 {shape}입니다",
    "the network has {params} parameters, the layers that ran have {counted}; the rest belong to "
    "no layer, or to one that was not run": (
        "네트워크의 매개변수는 {params}개, 실행된 레이어의 것은 {counted}개입니다. "
        "나머지는 레이어에 속하지 않거나 실행되지 않은 레이어의 것입니다"
    ),
    "only a batch of one image runs; two fail: {reason!m}; likely the dimension of the batch is "
    "flattened or set to 1": (
        "이미지 하나짜리 배치만 실행됩니다. 둘이면 실패합니다: {reason}. 배치 차원을 펼쳤거나 1로 "
        "정한 것 같습니다"
    ),
    "only a batch of one image runs; two fail, {place} in {function}: {reason!m}; likely the "
    "dimension of the batch is flattened or set to 1": (
        "이미지 하나짜리 배치만 실행됩니다. 둘이면 실패합니다({place}의 {function}): {reason}. "
        "배치 차원을 펼쳤거나 1로 정한 것 같습니다"
    ),
    "with one image it fails: {reason!m}; it ran with two": (
        "이미지가 하나면 실패합니다: {reason}. 둘로 실행했습니다"
    ),
    "with one image it fails, {place} in {function}: {reason!m}; it ran with two": (
        "이미지가 하나면 실패합니다({place}의 {function}): {reason}. 둘로 실행했습니다"
    ),
    "the output of one image is {shape}, without the batch: likely by squeeze() without a "
    "dimension": (
        "이미지 하나의 출력은 {shape}이고 배치 차원이 없습니다. 차원 없는 squeeze() 때문인 것 "
        "같습니다"
    ),
    "{place}: makes {rows} rows of each image, and the output has {all}: likely a view or reshape "
    "was made for another input size": (
        "{place}: 이미지 하나를 {rows}행으로 만들고 출력은 {all}행입니다. view()나 "
        "reshape()가 다른 입력 크기에 맞춰진 것 같습니다"
    ),
    "the output mixes the images of a batch": "출력이 배치의 이미지들을 섞습니다",
    "{place}: mixes the images of a batch; the multiply-accumulates are of one alone": (
        "{place}: 배치의 이미지들을 섞습니다. 곱셈-누산은 이미지 하나일 때의 것입니다"
    ),
    "{place}: reads values; the layers are those of a random image and weights": (
        "{place}: 값을 읽습니다. 레이어는 무작위 이미지와 무작위 가중치로 실행한 것입니다"
    ),
    "its features are those of {config}; the layers after them are others": (
        "특징 추출부는 {config}의 것과 같고, 그 뒤의 레이어는 다릅니다"
    ),
    "{name} was not passed: {builder} has no such argument": (
        "{name}: {builder}에 그런 인자가 없어 넘기지 않았습니다"
    ),
} | {
    key.removeprefix("fact_").replace("_", " "): text
    for key, text in MESSAGES.items()
    if key.startswith("fact_")
}  # fmt: skip
