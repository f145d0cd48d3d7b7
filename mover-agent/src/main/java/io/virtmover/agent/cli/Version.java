// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.failure.VirtMoverException;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The program's version, as its jar says it. */
final class Version implements IVersionProvider {
  static final String TEXT =
      Optional.ofNullable(VirtMoverException.class.getPackage().getImplementationVersion())
          .orElse("development");

  @Override
  public String[] getVersion() {
    return new String[] {"virtmover " + TEXT};
  }
}
