using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Storage;

/// <summary>
/// Metadata file that the embedded store writes next to a named object. A side file belongs to one version of the content and has that
/// version's modification time in its name, so that content and side file can never come from different uploads: the opened content
/// determines which side file to read. A lost side file (e.g. after a restore) is recreated from the content.
/// </summary>
/// <param name="Name">Canonical name, because the file name is only its digest.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Md5">Lower-case hexadecimal; answered as the ETag.</param>
internal sealed partial record SideFile(string Name, long Size, string Md5, DateTime UploadedAt)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static string PathOf(string contentPath, DateTime version) => $"{contentPath}.{version.Ticks:x16}.json";

    /// <summary>Whether a file of this name is a side file.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => NameForm().IsMatch(name);

    /// <summary>The content and version to which a file belongs according to its name; null when it is not a side file.</summary>
    public static (string ContentPath, DateTime Version)? OwnerOf(string path) =>
        Form().Match(path) is { Success: true } form
            ? (form.Groups[1].Value,
                new DateTime(long.Parse(form.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture), DateTimeKind.Utc))
            : null;

    /// <summary>Claims the version: writes a side file that must not exist yet; false when it does.</summary>
    public bool TryCreate(string contentPath)
    {
        FileStream file;
        try
        {
            file = UnfinishedFile.OpenNew(PathOf(contentPath, UploadedAt));
        }
        catch (IOException) when (File.Exists(PathOf(contentPath, UploadedAt)))
        {
            return false;
        }
        using (file)
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this, Json));
            file.Flush(flushToDisk: true);
        }
        return true;
    }

    /// <summary>The side file of the opened content; null when it is lost or damaged.</summary>
    public static async Task<SideFile?> Read(string contentPath, DateTime version, long size, CancellationToken ct)
    {
        try
        {
            var side = JsonSerializer.Deserialize<SideFile>(await File.ReadAllBytesAsync(PathOf(contentPath, version), ct), Json);
            return side?.Size == size ? side : null;
        }
        catch (Exception lost) when (lost is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Creates the description by reading the content, and resets the stream to its start.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "An ETag as object stores give it protects nothing.")]
    public static async Task<SideFile> Of(ObjectName name, FileStream content, DateTime version, CancellationToken ct)
    {
        var side = new SideFile(name.Text, content.Length, Convert.ToHexStringLower(await MD5.HashDataAsync(content, ct)), version);
        content.Position = 0;
        return side;
    }

    /// <summary>Writes the side file and replaces an existing one.</summary>
    public async Task Replace(string contentPath, CancellationToken ct)
    {
        await using var file = UnfinishedFile.Create(Path.GetDirectoryName(contentPath)!);
        await file.Fill(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(this, Json)), digest: null, ct);
        file.Publish(PathOf(contentPath, UploadedAt));
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\.0[0-9a-f]{15}\.json\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^(.*/[0-9a-f]{64})\.(0[0-9a-f]{15})\.json\z")]
    private static partial Regex Form();
}
