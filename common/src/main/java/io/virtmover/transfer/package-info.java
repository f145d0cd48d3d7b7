// SPDX-License-Identifier: Apache-2.0
/**
 * What the controller and the mover say to each other: a request the mover reads from a file, its
 * progress, and a result when it ends (docs/transfer-contract.md).
 */
@NullMarked
package io.virtmover.transfer;

import org.jspecify.annotations.NullMarked;
