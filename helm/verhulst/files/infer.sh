# Asks for sigmoid(0), which is a half, with nothing but bash.
set -euo pipefail
body='{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[0]}]}'
exec 3<>"/dev/tcp/$HOST/$PORT"
printf 'POST /v2/models/sigmoid/infer HTTP/1.0\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
  "$HOST" "${#body}" "$body" >&3
answer=$(cat <&3)
echo "$answer"
[[ $answer == *' 200 '* && $answer == *'"data":[0.5]'* ]]
