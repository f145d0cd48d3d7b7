// SPDX-License-Identifier: Apache-2.0
/**
 * A stand-in for KubeVirt on a real Kubernetes API server: virtual machines are real QEMU
 * processes, and the objects of the backup and export APIs live as KubeVirt's controllers make them
 * live. It is written from KubeVirt's documents and from recordings of its real controllers.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt;
