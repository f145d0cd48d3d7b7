// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/** What a transfer has to tell, by its task. */
public sealed interface Report permits BackUpReport, RestoreReport, VerifyReport {}
