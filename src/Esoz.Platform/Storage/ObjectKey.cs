using System.Text.RegularExpressions;

namespace Esoz.Platform.Storage;

/// <summary>
/// Key of an object inside its bucket. There are two kinds. A <em>plain</em> key is created by the program
/// (<c>employees/{generation}/full.json.gz</c>) and is safe as a path. A <em>named</em> key consists of a folder and a name chosen by a
/// caller. Stores with flat keys use <see cref="Text"/> of either kind.
/// </summary>
public sealed partial record ObjectKey
{
    private ObjectKey(string text) => Text = text;

    public string Text { get; }

    /// <summary>Folder of a named key.</summary>
    public Guid? Folder { get; private init; }

    /// <summary>Name of a named key; null for plain keys.</summary>
    public ObjectName? Name { get; private init; }

    /// <summary>The key as it is written in a link.</summary>
    public string Encoded => Name is null ? Text : $"{Folder}/{Name.Encoded}";

    /// <summary>Creates a plain key.</summary>
    /// <exception cref="ArgumentException">It is not a plain relative path.</exception>
    public static ObjectKey Plain(string text) =>
        IsPlain(text) ? new(text) : throw new ArgumentException($"'{text}' is not a key that the program may make.", nameof(text));

    public static ObjectKey Named(Guid folder, ObjectName name) => new($"{folder}/{name.Text}") { Folder = folder, Name = name };

    /// <summary>
    /// Segments of letters, digits and <c>. _ -</c> that do not start with a dot; the first one is not two hexadecimal digits, because the
    /// file-system store uses those for named objects.
    /// </summary>
    public static bool IsPlain(string text) => PlainPath().IsMatch(text);

    public override string ToString() => Text;

    [GeneratedRegex(@"^(?![0-9a-f]{2}/)(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}/)*[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}\z")]
    private static partial Regex PlainPath();
}
