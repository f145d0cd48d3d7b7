// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who asks the store, and for what.
 *
 * @param credentialsFile AWS ini file, serving as credentials and as configuration; empty: the
 *     environment, the user's files, the machine's role
 * @param readOnly nothing may be written
 */
public record StoreAccess(Optional<Path> credentialsFile, String profile, boolean readOnly) {
  public static final String DEFAULT_PROFILE = "default";

  /** The environment's credentials, for reading and writing. */
  public static final StoreAccess USUAL = new StoreAccess(Optional.empty(), DEFAULT_PROFILE, false);

  /** The same with other credentials; what is not said stays as it is. */
  public StoreAccess with(Optional<Path> otherFile, Optional<String> otherProfile) {
    return new StoreAccess(
        otherFile.or(() -> credentialsFile), otherProfile.orElse(profile), readOnly);
  }
}
