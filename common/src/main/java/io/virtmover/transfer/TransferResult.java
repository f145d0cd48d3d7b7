// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/**
 * The end of a transfer, as a mover tells it (docs/transfer-contract.md).
 *
 * @param id of the attempt; empty where the request could not be read
 */
public record TransferResult(String id, Outcome outcome) {}
