// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The content of the secrets that a BackupStorageLocation names: whoever has its manifest resolves
 * them, because a manifest alone cannot.
 *
 * @param credentialsFile where that of {@code spec.credential} is mounted
 * @param customerKeyFile where that of {@code customerKeyEncryptionSecret} is mounted
 * @param caPem that of {@code objectStorage.caCertRef}
 */
public record LocationSecrets(
    Optional<Path> credentialsFile, Optional<Path> customerKeyFile, Optional<String> caPem) {}
