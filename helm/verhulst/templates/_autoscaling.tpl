{{/* Refuses values that neither kind of autoscaler could follow. */}}
{{- define "verhulst.checkAutoscaling" -}}
{{- if not (or .cpuPercent .queueMilliseconds) -}}
{{- fail "autoscaling.enabled needs something to scale on: set autoscaling.cpuPercent or autoscaling.queueMilliseconds" -}}
{{- end -}}
{{- if lt (int .maxReplicas) (int .minReplicas) -}}
{{- fail (printf "autoscaling.maxReplicas is %v, and autoscaling.minReplicas %v: it cannot be less" .maxReplicas .minReplicas) -}}
{{- end -}}
{{- end -}}
