// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** The controller's settings as it reads them, without those of this machine. */
public final class SomeConfig {
  private static final int USUAL = 200;

  private SomeConfig() {}

  /** The defaults with some settings, without their prefix. */
  public static ControllerConfig with(Map<String, String> settings) {
    var builder =
        new SmallRyeConfigBuilder()
            .withCustomizers(new CheckedConfig())
            .withMapping(ControllerConfig.class)
            .withConverter(Duration.class, USUAL, new DurationConverter());
    settings.forEach((name, value) -> builder.withDefaultValue("virtmover." + name, value));
    return builder.build().getConfigMapping(ControllerConfig.class);
  }
}
