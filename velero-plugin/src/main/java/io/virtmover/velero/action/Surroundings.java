// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import io.virtmover.velero.kubernetes.KubernetesApi;
import io.virtmover.velero.log.Log;
import java.time.InstantSource;

/**
 * What actions get from the process.
 *
 * @param kubernetes the API server, with Velero's own rights; not connected to before the first
 *     call
 * @param log the log of the backup or restore at hand
 * @param veleroNamespace where Velero runs, and where DataUploads and DataDownloads lie
 */
public record Surroundings(
    KubernetesApi kubernetes, Log log, InstantSource clock, String veleroNamespace) {}
