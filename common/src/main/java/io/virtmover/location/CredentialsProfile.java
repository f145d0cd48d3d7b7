// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.util.Optional;

/** A profile of a credentials file: who one is, and the region where it says one. */
public record CredentialsProfile(Optional<Credentials> credentials, Optional<String> region) {}
