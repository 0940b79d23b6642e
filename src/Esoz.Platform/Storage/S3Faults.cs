using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;

namespace Esoz.Platform.Storage;

/// <summary>Explains failures of the first request to an S3-compatible store to the operator who configured it.</summary>
internal sealed class S3Faults(S3Options options, TimeSpan timeout)
{
    /// <summary>The endpoint responds, but not as an S3 store.</summary>
    public StoreFault NoStore => new($"the server at {options.Endpoint} is not an S3 store",
        "check scheme, host and port of OBJECT_STORAGE_S3_ENDPOINT; web consoles and static websites of stores use other ports");

    /// <summary>Whether the store does not answer, or is in trouble, so that the same request may succeed later.</summary>
    public static bool MayPass(Exception failure) => failure switch
    {
        AmazonServiceException { StatusCode: HttpStatusCode.InsufficientStorage or HttpStatusCode.NotImplemented } => false,
        AmazonServiceException refused =>
            refused.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.InvalidResponse } => false,
        HttpRequestException => true,
        AmazonClientException or OperationCanceledException or TimeoutException => true,
        // Any other is one of the content that is sent.
        HttpIOException or IOException { InnerException: SocketException } => true,
        _ => false,
    };

    /// <summary>Null when the failure is a defect, not a matter of configuration.</summary>
    public StoreFault? Of(Exception failure, Bucket bucket) => failure switch
    {
        AmazonServiceException refused => Refused(refused, bucket),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            new($"there is no host {new Uri(options.Endpoint).Host}", "check OBJECT_STORAGE_S3_ENDPOINT and the DNS of this machine"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new($"no TLS connection with {options.Endpoint}: {failure.GetBaseException().Message}",
            "check that the store uses https on that port, and that this machine trusts its certificate (SSL_CERT_FILE)"),
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } or XmlException => NoStore,
        HttpRequestException =>
            new($"nothing answers at {options.Endpoint}: {failure.GetBaseException().Message}",
                "check OBJECT_STORAGE_S3_ENDPOINT, that the store is running, and the network", MayPass: true),
        OperationCanceledException =>
            new($"no answer from {options.Endpoint} within {timeout.TotalSeconds:F0} s",
                "check OBJECT_STORAGE_S3_ENDPOINT and the network", MayPass: true),
        // The library follows a 307 to endpoints of Amazon S3 only, and says so in this way.
        ArgumentException { Source: "AWSSDK.S3" } =>
            new($"the server at {options.Endpoint} redirects to another host",
                "set OBJECT_STORAGE_S3_ENDPOINT to the host that has the bucket"),
        AmazonClientException or IOException =>
            new($"the request to {options.Endpoint} failed: {failure.GetBaseException().Message}",
                "check OBJECT_STORAGE_S3_ENDPOINT and the network", MayPass: true),
        _ => null,
    };

    private StoreFault Refused(AmazonServiceException refused, Bucket bucket) => refused.ErrorCode switch
    {
        "NoSuchBucket" =>
            new($"the store has no bucket '{bucket.Physical}'",
                $"create it there (esoz storage create-buckets), or name one that is there: OBJECT_STORAGE_BUCKET_MAP={bucket.Logical}=…",
                IsAbsent: true),
        "InvalidBucketName" =>
            new($"the store takes no bucket of the name '{bucket.Physical}'",
                $"give it another one there: OBJECT_STORAGE_BUCKET_MAP={bucket.Logical}=…"),
        "InvalidAccessKeyId" =>
            new("the store does not know the access key",
                "check OBJECT_STORAGE_S3_ACCESS_KEY_ID, and that OBJECT_STORAGE_S3_ENDPOINT is the store that issued it"),
        "SignatureDoesNotMatch" => new("the secret is not that of the access key",
            "check OBJECT_STORAGE_S3_SECRET_ACCESS_KEY, and OBJECT_STORAGE_S3_ACCESS_KEY_ID, which some stores do not distinguish; when both are right, a proxy before the store changes Host or path"),
        "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" =>
            new("the session token has expired or belongs to other credentials",
                "renew OBJECT_STORAGE_S3_SESSION_TOKEN together with key and secret"),
        "AccessDenied" or "AllAccessDisabled" =>
            new($"the access key may not list the bucket '{bucket.Physical}'",
                "let it list the bucket, read, write and delete its objects, and list and abort its multipart uploads"),
        "RequestTimeTooSkewed" =>
            new("the clocks of this machine and of the store are too far apart", "set both by NTP: no link would be accepted either"),
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "TemporaryRedirect" or "IllegalLocationConstraintException" =>
            new($"the bucket '{bucket.Physical}' is not in the region {options.Region}",
            "set OBJECT_STORAGE_S3_REGION and that region's OBJECT_STORAGE_S3_ENDPOINT"),
        _ when refused.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            new($"the store reports an error: {(int)refused.StatusCode} {refused.ErrorCode}", "check the state of the store, or wait",
                MayPass: true),
        // The library uses the HTTP status as the code when the response has no S3 error code.
        _ when refused.ErrorCode is null || refused.ErrorCode == refused.StatusCode.ToString() => NoStore,
        _ => new($"the store answers {(int)refused.StatusCode} {refused.ErrorCode}", "see the store's documentation for this code"),
    };
}
