// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Why there is no answer (RFC 9457).
 *
 * @param status the HTTP status
 * @param detail what to do about it, for people
 */
@RegisterForReflection
public record Problem(int status, String title, String detail) {
  /** Its media type. */
  static final String TYPE = "application/problem+json";
}
