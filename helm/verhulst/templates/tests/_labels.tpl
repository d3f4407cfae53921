{{- define "verhulst.testLabels" -}}
app.kubernetes.io/name: {{ include "verhulst.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end -}}
