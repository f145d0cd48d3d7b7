// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.access;

import io.virtmover.domain.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token of the Kubernetes cluster, as a request brings it. It is shown to the API server only.
 */
public final class BearerToken {
  private static final String SCHEME = "Bearer ";

  private final String value;

  private BearerToken(String value) {
    this.value = value;
  }

  /** The token of an {@code Authorization} header; empty for anything else. */
  public static Optional<BearerToken> of(@Nullable String authorization) {
    return Optional.ofNullable(authorization)
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(header -> header.substring(SCHEME.length()).strip())
        .filter(token -> !token.isEmpty())
        .map(BearerToken::new);
  }

  /** The token itself. */
  public String value() {
    return value;
  }

  /** What it is remembered by: the token is not kept. */
  public String fingerprint() {
    return Sha256.hex(value);
  }

  /** Not the token, so that no log has it. */
  @Override
  public String toString() {
    return "a token";
  }
}
