// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Credentials.WebIdentity;
import java.net.URI;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;

/**
 * A role taken on with the token in a file. The token is read anew each time, because the kubelet
 * rotates it, and the role's keys are renewed before they end.
 */
final class RoleCredentials implements AwsCredentialsProvider {
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;

  private final WebIdentity role;
  private final AwsCredentialsProvider provider;

  /**
   * @param endpoint of the service that gives out roles; empty: the region's
   */
  RoleCredentials(WebIdentity role, String region, Optional<URI> endpoint, SdkHttpClient http) {
    this.role = role;
    var sts =
        StsClient.builder()
            .httpClient(http)
            .region(Region.of(region))
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .overrideConfiguration(S3Clients::withoutUsersFiles);
    endpoint.ifPresent(sts::endpointOverride);
    this.provider =
        StsWebIdentityTokenFileCredentialsProvider.builder()
            .stsClient(sts.build())
            .roleArn(role.roleArn())
            .webIdentityTokenFile(role.tokenFile())
            .roleSessionName(role.sessionName().orElseGet(() -> "virtmover-" + UUID.randomUUID()))
            .build();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    if (!Files.isReadable(role.tokenFile()) || Files.isDirectory(role.tokenFile())) {
      throw failure(
          FailureKind.INVALID_REQUEST,
          "cannot read its token file %s. Mount the token there".formatted(role.tokenFile()),
          null);
    }
    try {
      return provider.resolveCredentials();
    } catch (SdkServiceException e) {
      throw refused(e);
    } catch (SdkException e) {
      if (S3Failures.isInterrupt(e)) {
        throw e;
      }
      throw failure(
          FailureKind.UNAVAILABLE,
          "the service that gives it out does not answer. Check the network and the proxy",
          e);
    }
  }

  private VirtMoverException refused(SdkServiceException e) {
    var refused = e.statusCode() >= BAD_REQUEST && e.statusCode() < SERVER_ERROR;
    return failure(
        refused ? FailureKind.ACCESS_DENIED : FailureKind.UNAVAILABLE,
        "the service that gives it out answered %d %s. Check the role's trust in the token of %s"
            .formatted(e.statusCode(), code(e), role.tokenFile()),
        e);
  }

  private static String code(SdkServiceException e) {
    return e instanceof AwsServiceException aws
            && aws.awsErrorDetails() != null
            && aws.awsErrorDetails().errorCode() != null
        ? aws.awsErrorDetails().errorCode()
        : "";
  }

  private VirtMoverException failure(FailureKind kind, String what, @Nullable Throwable cause) {
    return new VirtMoverException(
        kind, "The role %s cannot be taken on: %s.".formatted(role.roleArn(), what), cause);
  }
}
