// SPDX-License-Identifier: Apache-2.0
/**
 * The validating webhook of KubeVirt's backup API. The API server reaches it by URL over TLS with a
 * certificate of the stand-in's own authority; while it is down nothing can be created, as with
 * KubeVirt. Source: kubevirt-backup-api.md §2.2.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt.admission;
