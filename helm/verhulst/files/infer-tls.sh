# Asks for sigmoid(0), which is a half. Whether the certificate names this host is not what is tested.
set -euo pipefail
headers=()
{{- if (.Values.apiKeys).secretName }}
for file in {{ include "verhulst.keysDirectory" . }}/*; do
  headers=(--header "Authorization: Bearer $(<"$file")")
done
{{- end }}
answer=$(curl --silent --show-error --fail-with-body --insecure --max-time 10 \
  {{- if eq .Values.tls.clientCertificates "need" }}
  --cert {{ include "verhulst.tlsDirectory" . }}/tls.crt --key {{ include "verhulst.tlsDirectory" . }}/tls.key \
  {{- end }}
  "${headers[@]}" \
  --data '{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[0]}]}' \
  "https://$HOST:$PORT/v2/models/sigmoid/infer")
echo "$answer"
[[ $answer == *'"data":[0.5]'* ]]
