// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/**
 * The end of a transfer, as a mover tells it (docs/transfer-contract.md).
 *
 * @param id of the attempt; empty where the request could not be read
 * @param isShortened whether lists of the report and the end of the message were left out, because
 *     a pod's termination message holds no more than {@link ResultCodec#SHORT} bytes
 */
public record TransferResult(String id, Outcome outcome, boolean isShortened) {}
