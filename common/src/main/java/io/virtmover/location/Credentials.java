// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.nio.file.Path;
import java.util.Optional;

/** What a profile proves one's identity with. Nothing secret is in its text form. */
public sealed interface Credentials {
  /** A key pair, with a session token where it is a temporary one. */
  record Keys(String accessKeyId, String secretAccessKey, Optional<String> sessionToken)
      implements Credentials {
    @Override
    public String toString() {
      return "Keys[not shown]";
    }
  }

  /** A role that is taken on with the token in a file (OADP with STS, EKS, ROSA). */
  record WebIdentity(String roleArn, Path tokenFile, Optional<String> sessionName)
      implements Credentials {}
}
