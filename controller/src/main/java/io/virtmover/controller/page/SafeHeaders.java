// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Headers that keep an answer out of caches, frames and other pages. */
final class SafeHeaders {
  /** The content security policy of what is no page. */
  static final String NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'";

  private SafeHeaders() {}

  static <T> ResponseBuilder<T> on(ResponseBuilder<T> answer, String contentSecurityPolicy) {
    return answer
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("Content-Security-Policy", contentSecurityPolicy)
        .header("X-Frame-Options", "DENY")
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin");
  }
}
