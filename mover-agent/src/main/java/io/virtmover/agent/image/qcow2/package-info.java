// SPDX-License-Identifier: Apache-2.0
/**
 * The qcow2 format (QEMU's docs/interop/qcow2.txt): a reader that trusts nothing, and a layout that
 * can be written as a stream. No Kubernetes, no S3.
 */
@NullMarked
package io.virtmover.agent.image.qcow2;

import org.jspecify.annotations.NullMarked;
