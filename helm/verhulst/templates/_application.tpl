{{/*
The service's application.yml: the settings of the values, with what the chart knows itself below them.
The service refuses a name under `verhulst` that it does not know.
*/}}
{{- define "verhulst.application" -}}
{{- $defaults := dict "device" (ternary "cuda" "cpu" .Values.gpu.enabled) -}}
{{- if include "verhulst.modelSource" . -}}
{{- $_ := set $defaults "model-repository" (include "verhulst.modelDirectory" .) -}}
{{- end -}}
{{- if (.Values.apiKeys).secretName -}}
{{- $_ := set $defaults "api-keys" (include "verhulst.keysDirectory" .) -}}
{{- end -}}
{{- $requests := printf "%vs" .Values.drain.requestSeconds -}}
{{- $spring := dict
      "lifecycle" (dict "timeout-per-shutdown-phase" $requests)
      "grpc" (dict "server" (dict "shutdown" (dict "grace-period" $requests))) -}}
{{- $application := dict "verhulst" (merge (deepCopy .Values.settings) $defaults) "spring" $spring -}}
{{- if .Values.tls.enabled -}}
{{- $directory := include "verhulst.tlsDirectory" . -}}
{{- $bundle := dict
      "reload-on-update" true
      "keystore" (dict
        "certificate" (printf "%s/tls.crt" $directory)
        "private-key" (printf "%s/tls.key" $directory)) -}}
{{- $http := dict "bundle" "verhulst" -}}
{{- $grpc := dict "bundle" "verhulst" -}}
{{- if ne .Values.tls.clientCertificates "none" -}}
{{- $_ := set $bundle "truststore" (dict "certificate" (printf "%s/ca.crt" $directory)) -}}
{{- $_ := set $http "client-auth" .Values.tls.clientCertificates -}}
{{- $_ := set $grpc "client-auth" (ternary "require" "optional" (eq .Values.tls.clientCertificates "need")) -}}
{{- end -}}
{{- $_ := set $spring "ssl" (dict "bundle" (dict "pem" (dict "verhulst" $bundle))) -}}
{{- $_ := set $spring.grpc.server "ssl" $grpc -}}
{{- $_ := set $application "server" (dict "ssl" $http) -}}
{{- end -}}
{{- toYaml $application -}}
{{- end -}}

{{- define "verhulst.configurationDirectory" -}}
/etc/verhulst/configuration
{{- end -}}

{{- define "verhulst.keysDirectory" -}}
/etc/verhulst/keys
{{- end -}}

{{- define "verhulst.modelDirectory" -}}
/models
{{- end -}}

{{/* Where the models come from: claim, values or image; empty where there are none. */}}
{{- define "verhulst.modelSource" -}}
{{- $repository := default dict .Values.modelRepository -}}
{{- $sources := list -}}
{{- if $repository.claimName -}}{{- $sources = append $sources "claim" -}}{{- end -}}
{{- if $repository.models -}}{{- $sources = append $sources "values" -}}{{- end -}}
{{- if ($repository.fetch).image -}}{{- $sources = append $sources "image" -}}{{- end -}}
{{- if gt (len $sources) 1 -}}
{{- fail "modelRepository takes models from one place only: claimName, models or fetch.image" -}}
{{- end -}}
{{- join "" $sources -}}
{{- end -}}

{{- define "verhulst.tlsDirectory" -}}
/etc/verhulst/tls
{{- end -}}
