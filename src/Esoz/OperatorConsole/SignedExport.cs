using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Esoz.Pages;
using Esoz.Platform.Audit;
using Esoz.Platform.Storage;

namespace Esoz.OperatorConsole;

/// <summary>
/// Rows as a ZIP archive: one JSON object a line as <c>journal export</c> writes them, a detached signature by the key that signs the
/// seals, its public half, and how to check it. How many rows there were, and their SHA-256, are in <c>console_actions</c>, so in the audit
/// log.
/// </summary>
/// <remarks>The archive is finished in a file before it is sent: what is broken off is no export, and it has a length.</remarks>
/// <param name="name">Of the file with the rows, without ending.</param>
/// <param name="action">That is finished with the export.</param>
/// <param name="rows">One by one.</param>
internal sealed class SignedExport<T>(
    string name, LogProofs proofs, ConsoleActionTable actions, Guid action, IAsyncEnumerable<T> rows) : IResult
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        await using var file = UnnamedFile.Create(proofs.ExportDirectory);
        var result = new ActionResult(ConsoleActionEndState.Failed, null);
        try
        {
            using var key = proofs.OpenKey();
            result = new(ConsoleActionEndState.Good, await Write(file, key, ct));
        }
        finally
        {
            await actions.Finish(action, result, CancellationToken.None);
        }
        var response = httpContext.Response;
        HtmlPage.WriteHeaders(response.Headers);
        response.ContentType = "application/zip";
        response.ContentLength = file.Length;
        response.Headers.ContentDisposition = $"attachment; filename=\"esoz-{name}.zip\"";
        file.Position = 0;
        await file.CopyToAsync(response.Body, ct);
    }

    private async Task<ExportReport> Write(Stream content, AuditKey key, CancellationToken ct)
    {
        await using var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        var file = $"{name}.ndjson";
        var (count, digest) = await WriteRows(archive, file, ct);
        await Write(archive, $"{file}.sig", key.SignDigest(digest), ct);
        await Write(archive, "audit-key.pem", Encoding.ASCII.GetBytes(key.PublicPem + "\n"), ct);
        await Write(archive, "README.txt", Encoding.UTF8.GetBytes(ReadMe(file, count, digest, key)), ct);
        return new(count, Convert.ToHexStringLower(digest), key.Id);
    }

    private async Task<(long Count, byte[] Digest)> WriteRows(ZipArchive archive, string file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var entry = await archive.CreateEntry(file, CompressionLevel.Fastest).OpenAsync(ct);
        var count = 0L;
        await foreach (var row in rows.WithCancellation(ct))
        {
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row, IlDialect.Json), .. NewLine];
            hash.AppendData(line);
            await entry.WriteAsync(line, ct);
            count++;
        }
        return (count, hash.GetHashAndReset());
    }

    private static async Task Write(ZipArchive archive, string file, byte[] content, CancellationToken ct)
    {
        await using var entry = await archive.CreateEntry(file, CompressionLevel.NoCompression).OpenAsync(ct);
        await entry.WriteAsync(content, ct);
    }

    private string ReadMe(string file, long count, byte[] digest, AuditKey key) => $"""
        {file}: {count} rows, one JSON object a line, the oldest first.
        SHA-256: {Convert.ToHexStringLower(digest)}

        Verify the signature:

          openssl dgst -sha256 -verify audit-key.pem -signature {file}.sig {file}

        It says: Verified OK. The key is the one that signs the seals of this installation. Compare audit-key.pem with the key
        beside the copies of the seals (anchors) that you keep: key-{key.Id}.pem
        The audit log has the number of rows and their SHA-256: console_actions, row {action}
        """.ReplaceLineEndings("\n") + "\n";
}

/// <summary>What is kept of an export.</summary>
public sealed record ExportReport(long Rows, string Sha256, string KeyId);
