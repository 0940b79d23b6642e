using System.Formats.Asn1;
using System.Net.Http.Headers;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Audit;

/// <summary>A time-stamping authority that is asked over HTTP (RFC 3161 §3.4).</summary>
public sealed class TimestampAuthority(Uri url)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    public Uri Url => url;

    /// <param name="hash">SHA-256 of what is to be stamped.</param>
    /// <returns>The token, unchecked.</returns>
    /// <exception cref="TimestampException">There is no token, with the reason.</exception>
    internal async Task<byte[]> Stamp(byte[] hash, CancellationToken ct)
    {
        try
        {
            using var question = new ByteArrayContent(Question(hash));
            question.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            using var answer = await Http.PostAsync(url, question, ct);
            if (!answer.IsSuccessStatusCode)
                throw new TimestampException($"it answers {(int)answer.StatusCode}");
            return Token(await answer.Content.ReadAsByteArrayAsync(ct));
        }
        catch (Exception fault) when (!ct.IsCancellationRequested
            && fault is HttpRequestException or OperationCanceledException or AsnContentException)
        {
            throw new TimestampException(fault switch
            {
                OperationCanceledException => $"no answer within {Http.Timeout.TotalSeconds:F0} s",
                AsnContentException => "the answer is no time stamp",
                _ => fault.GetBaseException().Message,
            });
        }
    }

    /// <summary>TimeStampReq: version 1, SHA-256, with the certificate of the authority.</summary>
    private static byte[] Question(byte[] hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(DigestAlgorithm.Sha256.Oid);
                    writer.WriteNull();
                }
                writer.WriteOctetString(hash);
            }
            writer.WriteBoolean(true);
        }
        return writer.Encode();
    }

    private static byte[] Token(byte[] answer)
    {
        var reader = AsnReading.ReadWholeSequence(answer);
        // PKIStatus: granted, or granted with modifications.
        var status = reader.ReadSequence().ReadSmallNumber();
        return status is 0 or 1 ? reader.ReadEncodedValue().ToArray() : throw new TimestampException($"it refuses with the status {status}");
    }
}

/// <summary>A time stamp could not be had.</summary>
public sealed class TimestampException(string reason) : Exception(reason);
