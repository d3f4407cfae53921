{{/* The metric that the rules record for the HorizontalPodAutoscaler. */}}
{{- define "verhulst.queueMetric" -}}
verhulst_queue_duration_seconds_mean
{{- end -}}

{{/* This release's series, as the ServiceMonitor labels them. */}}
{{- define "verhulst.series" -}}
namespace="{{ .Release.Namespace }}", service="{{ include "verhulst.fullname" . }}"
{{- end -}}

{{/* How long requests have waited for the device over the last minutes, on average, per pod; 0 where there were none. */}}
{{- define "verhulst.queueSeconds" -}}
sum by (namespace, pod) (rate(verhulst_queue_duration_seconds_sum{ {{- include "verhulst.series" . -}} }[2m]))
  / clamp_min(sum by (namespace, pod) (rate(verhulst_queue_duration_seconds_count{ {{- include "verhulst.series" . -}} }[2m])), 1e-9)
{{- end -}}
