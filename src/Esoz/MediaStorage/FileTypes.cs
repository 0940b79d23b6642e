using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// Types that uploaded files may have (<c>MEDIA_STORAGE_FILE_TYPES</c>): the extension of the name is one of the list, and the content
/// begins as files of this type do. The published method takes any, so none is demanded by default.
/// </summary>
public sealed class FileTypes
{
    /// <summary>Bytes that decide at most.</summary>
    internal const int Length = 8;

    /// <summary>How files begin, by extension. A container of signatures is a DER sequence, or PEM.</summary>
    private static readonly Dictionary<string, byte[][]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["p7s"] = [[0x30], "-----BEG"u8.ToArray()],
        ["p7m"] = [[0x30], "-----BEG"u8.ToArray()],
        ["pdf"] = ["%PDF-"u8.ToArray()],
        ["asice"] = ["PK\u0003\u0004"u8.ToArray()],
        ["zip"] = ["PK\u0003\u0004"u8.ToArray()],
        ["docx"] = ["PK\u0003\u0004"u8.ToArray()],
        ["xlsx"] = ["PK\u0003\u0004"u8.ToArray()],
        ["xml"] = ["<"u8.ToArray(), [0xEF, 0xBB, 0xBF, 0x3C]],
        ["jpg"] = [[0xFF, 0xD8, 0xFF]],
        ["jpeg"] = [[0xFF, 0xD8, 0xFF]],
        ["png"] = [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]],
    };

    /// <summary>Any file is taken.</summary>
    public static readonly FileTypes Any = new([]);

    private readonly HashSet<string> _allowed;

    private FileTypes(IEnumerable<string> allowed) => _allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    /// <param name="text">Extensions, separated by commas; empty = any.</param>
    /// <exception cref="FormatException">One of them is not known.</exception>
    public static FileTypes Parse(string text)
    {
        var types = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return types.FirstOrDefault(type => !Known.ContainsKey(type)) is { } unknown
            ? throw new FormatException($"has '{unknown}', but known are {string.Join(", ", Known.Keys)}")
            : new(types);
    }

    /// <summary>How the content of a file may begin; empty = in any way; null = a file of this name is not taken.</summary>
    internal IReadOnlyList<byte[]>? BeginningsOf(ObjectName name)
    {
        if (_allowed.Count == 0)
            return [];
        var extension = Path.GetExtension(name.Text).TrimStart('.');
        return _allowed.Contains(extension) ? Known[extension] : null;
    }

    public override string ToString() => string.Join(", ", _allowed);
}

/// <summary>The content of an upload is not what its name says.</summary>
internal sealed class WrongFileTypeException() : IOException("The content is not that of a file of this type.");
