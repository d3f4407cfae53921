# Asks for sigmoid(0), which is a half, with nothing but bash.
set -euo pipefail
body='{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[0]}]}'
key=''
{{- if (.Values.apiKeys).secretName }}
for file in {{ include "verhulst.keysDirectory" . }}/*; do
  key="Authorization: Bearer $(<"$file")"$'\r\n'
done
{{- end }}
exec 3<>"/dev/tcp/$HOST/$PORT"
printf 'POST /v2/models/sigmoid/infer HTTP/1.0\r\nHost: %s\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
  "$HOST" "$key" "${#body}" "$body" >&3
answer=$(cat <&3)
echo "$answer"
[[ $answer == *' 200 '* && $answer == *'"data":[0.5]'* ]]
