// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What leads to the bucket, all of it mounted into the pod.
 *
 * @param manifest the BackupStorageLocation, as YAML or JSON
 * @param credentials AWS shared credentials
 * @param profile which of them
 * @param customerKey the 32 bytes of an SSE-C key
 */
public record LocationFiles(
    Path manifest,
    Optional<Path> credentials,
    Optional<String> profile,
    Optional<Path> customerKey) {}
