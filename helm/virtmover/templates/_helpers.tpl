{{/* The name of all objects in Velero's namespace. */}}
{{- define "virtmover.name" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* The name of objects that belong to no namespace. */}}
{{- define "virtmover.clusterName" -}}
{{ .Release.Namespace }}-{{ include "virtmover.name" . }}
{{- end }}

{{- define "virtmover.controllerAccount" -}}
{{ .Values.controller.serviceAccount.name | default (printf "%s-controller" (include "virtmover.name" .)) }}
{{- end }}

{{- define "virtmover.moverAccount" -}}
{{ .Values.mover.serviceAccount.name | default (printf "%s-mover" (include "virtmover.name" .)) }}
{{- end }}

{{/* What the controller's pods are selected by; movers have the component "mover". */}}
{{- define "virtmover.selector" -}}
app.kubernetes.io/name: virtmover
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{- define "virtmover.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "virtmover.selector" . }}
{{- end }}

{{/* An image: (dict "root" $ "image" .Values.image.agent) */}}
{{- define "virtmover.image" -}}
{{- with .root.Values.image.registry -}}{{ . }}/{{- end -}}
{{ .image.repository }}
{{- if .image.digest -}}@{{ .image.digest }}{{- else -}}:{{ .image.tag | default .root.Chart.AppVersion }}{{- end -}}
{{- end }}

{{/* The secret with the certificate for movers' reports. */}}
{{- define "virtmover.tlsSecret" -}}
{{- if eq .Values.tls.mode "existing" -}}
{{ required "tls.mode is existing: name the secret in tls.secret (with tls.crt, tls.key and ca.crt)." .Values.tls.secret }}
{{- else -}}
{{ include "virtmover.name" . }}-tls
{{- end -}}
{{- end }}

{{/* The host under which movers reach the controller. */}}
{{- define "virtmover.host" -}}
{{ include "virtmover.name" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{/* A line of a properties file: (list "name" value). Maps have a line for each key, which is quoted. */}}
{{- define "virtmover.property" -}}
{{- $name := index . 0 -}}
{{- $value := index . 1 -}}
{{- if kindIs "map" $value -}}
{{- range $key, $one := $value }}
{{ include "virtmover.property" (list (printf "%s.\"%s\"" $name $key) $one) }}
{{- end -}}
{{- else -}}
{{- $text := ternary (printf "%.0f" (float64 (ternary $value 0 (kindIs "float64" $value)))) (toString $value) (kindIs "float64" $value) -}}
{{ $name | replace "\\" "\\\\" | replace ":" "\\:" | replace "=" "\\=" | replace " " "\\ " }}={{ $text | replace "\\" "\\\\" | replace "\n" "\\n" }}
{{- end -}}
{{- end }}
