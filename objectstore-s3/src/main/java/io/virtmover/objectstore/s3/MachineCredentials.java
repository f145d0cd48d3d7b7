// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** The role of the container (ECS, EKS pod identity) or of the machine (EC2) it runs on. */
final class MachineCredentials implements AwsCredentialsProvider {
  private final AwsCredentialsProvider provider;

  MachineCredentials(Map<String, String> environment) {
    var ofContainer =
        environment.containsKey("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            || environment.containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    this.provider =
        ofContainer
            ? ContainerCredentialsProvider.create()
            : InstanceProfileCredentialsProvider.builder()
                .profileFile(S3Clients.NO_PROFILES)
                .build();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      if (S3Failures.isInterrupt(e)) {
        throw e;
      }
      throw new VirtMoverException(
          FailureKind.ACCESS_DENIED,
          "No credentials for the S3 server: there are none in the environment, in the user's AWS"
              + " files or from the machine. Name a file with --credentials.",
          e);
    }
  }
}
