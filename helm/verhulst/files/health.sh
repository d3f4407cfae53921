# Asks the management port whether the service is well: it has no TLS, which bash does not speak.
set -euo pipefail
exec 3<>"/dev/tcp/$HOST/$METRICS_PORT"
printf 'GET /health HTTP/1.0\r\nHost: %s\r\n\r\n' "$HOST" >&3
answer=$(cat <&3)
echo "$answer"
[[ $answer == *' 200 '* ]]
