// SPDX-License-Identifier: Apache-2.0
/**
 * Tells the controller how far a transfer is and how it ended (docs/transfer-contract.md). Whatever
 * happens on the way there, a transfer is neither slowed down nor failed by it; only the
 * controller's word that it no longer wants the attempt ends it.
 */
@NullMarked
package io.virtmover.agent.callback;

import org.jspecify.annotations.NullMarked;
