// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/** Has settings checked as soon as they are read, so that nothing begins with wrong ones. */
@StaticInitSafe
public final class CheckedConfig implements SmallRyeConfigBuilderCustomizer {
  @Override
  public void configBuilder(SmallRyeConfigBuilder builder) {
    builder.withValidator((_, _, settings) -> check(settings));
  }

  private static void check(Object settings) {
    if (settings instanceof ControllerConfig config) {
      var problems = ConfigCheck.problems(config);
      if (!problems.isEmpty()) {
        throw new ConfigValidationException(
            problems.stream()
                .map(ConfigValidationException.Problem::new)
                .toArray(ConfigValidationException.Problem[]::new));
      }
    }
  }
}
