{{/* The alerts. Each stands in docs/operations.md too, with what to do. */}}
{{- define "verhulst.alerts" -}}
{{- $series := include "verhulst.series" . -}}
{{- $rules := .Values.monitoring.rules -}}
{{- /* Not wrong in themselves, and refused before their model was known. */ -}}
{{- $rejections := `"queue_full|no_memory|timed_out|stopping|device_failed"` -}}
- alert: VerhulstNoReplica
  expr: absent(verhulst_ready{ {{- $series -}} } == 1)
  for: 2m
  severity: critical
  summary: 'No replica takes requests'
  description: 'For two minutes no replica has been ready, or none could be scraped.'
- alert: VerhulstReplicaDown
  expr: up{ {{- $series -}} } == 0
  for: 5m
  severity: warning
  summary: 'A replica does not answer'
  description: 'Prometheus could not scrape {{ "{{ $labels.pod }}" }} for five minutes.'
- alert: VerhulstNotReady
  expr: verhulst_ready{ {{- $series -}} } == 0
  for: 5m
  severity: warning
  summary: 'A replica does not become ready'
  description: '{{ "{{ $labels.pod }}" }} runs, but has taken no requests for five minutes.'
- alert: VerhulstDeviceDegraded
  expr: verhulst_device_degraded{ {{- $series -}} } == 1
  for: 1m
  severity: warning
  summary: 'A replica has lost its GPU'
  description: 'A GPU of {{ "{{ $labels.pod }}" }} is lost, others or the CPU stand in for it; answers are right, and slower.'
- alert: VerhulstBackendFailures
  expr: sum by (namespace, service, model) (increase(nv_inference_request_failure{ {{- $series }}, reason="BACKEND"}[5m])) > 0
  for: 0m
  severity: critical
  summary: 'Requests fail within the server'
  description: 'The device or the server failed {{ "{{ $value | humanize }}" }} requests of {{ "{{ $labels.model }}" }} within five minutes.'
- alert: VerhulstRequestsRejected
  expr: >-
    sum by (namespace, service) (rate(nv_inference_request_failure{ {{- $series }}, reason="REJECTED"}[5m])
    or rate(verhulst_refused_requests{ {{- $series }}, reason=~{{ $rejections }}}[5m]))
    / clamp_min(sum by (namespace, service) (rate(nv_inference_request_success{ {{- $series -}} }[5m])
    or rate(nv_inference_request_failure{ {{- $series -}} }[5m])
    or rate(verhulst_refused_requests{ {{- $series }}, reason=~{{ $rejections }}}[5m])), 1e-9)
    > {{ $rules.rejectedRatio }}
  for: 5m
  severity: warning
  summary: 'Requests are turned away'
  description: '{{ "{{ $value | humanizePercentage }}" }} of the requests were turned away: a queue was full, memory was short, or their time had passed.'
- alert: VerhulstQueueSlow
  expr: >-
    histogram_quantile(0.99, sum by (namespace, service, model, le)
    (rate(verhulst_queue_duration_seconds_bucket{ {{- $series -}} }[5m]))) > {{ $rules.queueSeconds }}
  for: 5m
  severity: warning
  summary: 'Requests wait long for the device'
  description: 'One request of {{ "{{ $labels.model }}" }} in a hundred waits for more than {{ "{{ $value | humanizeDuration }}" }}.'
- alert: VerhulstMemoryShort
  expr: verhulst_memory_waiting{ {{- $series -}} } > 0
  for: 5m
  severity: warning
  summary: 'Requests wait for tensor memory'
  description: 'For five minutes there was always a request in {{ "{{ $labels.pod }}" }} that waited for memory.'
- alert: VerhulstRestarts
  expr: changes(process_start_time_seconds{ {{- $series -}} }[1h]) > 2
  for: 0m
  severity: warning
  summary: 'A replica restarts again and again'
  description: '{{ "{{ $labels.pod }}" }} has started {{ "{{ $value | humanize }}" }} times within an hour.'
{{- end -}}
