// SPDX-License-Identifier: Apache-2.0
/**
 * KubeVirt's objects as the API server stores them: where each kind is served, how fields are read,
 * Go's way to write durations, and events. Nothing here decides anything. Objects stay generic so
 * that fields nobody models survive an update.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt.api;
