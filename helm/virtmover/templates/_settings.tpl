{{/* All settings of the controller. Lines with nothing to say are left out, and those that .Values.settings replaces. */}}
{{- define "virtmover.settings" -}}
{{- $mover := .Values.mover -}}
{{- $backup := .Values.backup -}}
{{- $lines := list
  (list "virtmover.namespace" .Release.Namespace)
  (list "virtmover.datamovers" (join "," .Values.datamovers))
  (list "virtmover.credentials-secret" .Values.credentialsSecret)
  (list "virtmover.mover.image" (include "virtmover.image" (dict "root" . "image" .Values.image.agent)))
  (list "virtmover.mover.image-pull-policy" .Values.image.pullPolicy)
  (list "virtmover.mover.image-pull-secrets" (join "," .Values.image.pullSecrets))
  (list "virtmover.mover.service-account" (include "virtmover.moverAccount" .))
  (list "virtmover.mover.user" $mover.user)
  (list "virtmover.mover.cpu" $mover.cpu)
  (list "virtmover.mover.retries" $mover.retries)
  (list "virtmover.mover.priority-class" $mover.priorityClass)
  (list "virtmover.mover.tolerations" (empty $mover.tolerations | ternary "" (toRawJson $mover.tolerations)))
  (list "virtmover.mover.node-selector" $mover.nodeSelector)
  (list "virtmover.mover.labels" $mover.labels)
  (list "virtmover.mover.environment" $mover.environment)
  (list "virtmover.callback.address" (printf "https://%s:8443" (include "virtmover.host" .)))
  (list "virtmover.callback.authority" "/etc/virtmover/tls/ca.crt")
  (list "virtmover.callback.audience" .Values.callback.audience)
  (list "virtmover.page.enabled" .Values.page.enabled)
  (list "virtmover.limits.cluster" .Values.limits.cluster)
  (list "virtmover.limits.location" .Values.limits.location)
  (list "virtmover.limits.node" .Values.limits.node)
  (list "virtmover.leadership.lease-name" (include "virtmover.name" .))
  (list "virtmover.leadership.lease-duration" .Values.leadership.leaseDuration)
  (list "virtmover.leadership.renew-deadline" .Values.leadership.renewDeadline)
  (list "virtmover.leadership.retry-period" .Values.leadership.retryPeriod)
  (list "virtmover.backup.mode" $backup.mode)
  (list "virtmover.backup.quiesce" $backup.quiesce)
  (list "virtmover.backup.max-increments" $backup.maxIncrements)
  (list "virtmover.backup.storage-class" $backup.storageClass)
  (list "virtmover.backup.least-claim" $backup.leastClaim)
  (list "virtmover.backup.scratch-percent" $backup.scratchPercent)
  (list "virtmover.restore.start-vms" .Values.restore.startVms)
  (list "virtmover.collect.grace" .Values.collect.grace)
  (list "virtmover.collect.period" .Values.collect.period)
  (list "virtmover.collect.dry-run" .Values.collect.dryRun)
  (list "virtmover.timeouts.prepare" .Values.timeouts.prepare)
  (list "virtmover.timeouts.schedule" .Values.timeouts.schedule)
  (list "virtmover.timeouts.total" .Values.timeouts.total)
  (list "virtmover.timeouts.cleanup" .Values.timeouts.cleanup)
  (list "virtmover.metrics.per-vm" .Values.metrics.perVm)
  (list "virtmover.metrics.keep-vms" .Values.metrics.keepVms)
  (list "virtmover.metrics.most-vms" .Values.metrics.mostVms)
  (list "quarkus.http.ssl-port" 8443)
  (list "quarkus.http.insecure-requests" "disabled")
  (list "quarkus.http.ssl.certificate.files" "/etc/virtmover/tls/tls.crt")
  (list "quarkus.http.ssl.certificate.key-files" "/etc/virtmover/tls/tls.key")
  (list "quarkus.http.ssl.certificate.reload-period" "1m")
  (list "quarkus.management.port" 8080)
  (list "quarkus.log.console.json.enabled" .Values.logging.json)
  (list "quarkus.log.category.\"io.virtmover\".level" .Values.controller.logLevel)
-}}
{{- range $lines }}
{{- $value := index . 1 }}
{{- $isEmpty := or (eq (toString $value) "") (and (kindIs "map" $value) (empty $value)) }}
{{- if not (or $isEmpty (hasKey $.Values.settings (index . 0))) }}
{{ include "virtmover.property" . | trim }}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ include "virtmover.property" (list $name $value) | trim }}
{{- end }}
{{- end }}
