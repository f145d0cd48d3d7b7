// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.virtmover.controller.config.ControllerConfig;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The page. It holds no data, so everybody gets it; it asks {@link StatusResource} for them. */
@Path("/")
public class PageResource {
  private final ControllerConfig config;
  private final PageFile page = PageFile.load();

  PageResource(ControllerConfig config) {
    this.config = config;
  }

  /** The page. */
  @GET
  @Produces(MediaType.TEXT_HTML + ";charset=UTF-8")
  @Operation(hidden = true)
  public RestResponse<String> page() {
    if (!config.page().enabled()) {
      throw new NotFoundException();
    }
    return SafeHeaders.on(ResponseBuilder.ok(page.html()), page.contentSecurityPolicy()).build();
  }
}
