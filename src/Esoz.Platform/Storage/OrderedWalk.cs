using System.IO.Enumeration;

namespace Esoz.Platform.Storage;

/// <summary>
/// The files of a bucket of the embedded store in the order of their keys. A directory may have a million entries, and the file system
/// lists them in any order: of each one at most <see cref="NamesAtOnce"/> names are held, and it is listed again for the next ones.
/// </summary>
/// <param name="after">Keys up to this one are left out; null = none.</param>
internal sealed class OrderedWalk(string home, string? after)
{
    private const int NamesAtOnce = 50_000;

    private const int PrefixLength = 2;

    /// <summary>A named object has the key <c>{folder}/{SHA-256 of the name}</c>.</summary>
    public IEnumerable<(string Key, FileInfo File)> Files() => Below(home, "");

    private IEnumerable<(string Key, FileInfo File)> Below(string directory, string prefix)
    {
        string? last = null;
        SortedSet<string> names;
        do
        {
            names = NamesAfter(last, directory, prefix);
            foreach (var name in names)
            {
                var path = Path.Combine(directory, name);
                if (!name.EndsWith('/'))
                    yield return (prefix + name, new FileInfo(path));
                else
                    foreach (var file in Below(path, KeyOf(prefix, name)))
                        yield return file;
            }
            last = names.Max;
        }
        while (names.Count == NamesAtOnce);
    }

    /// <summary>The next names of a directory; those of directories end with a slash, as they do in a key.</summary>
    private SortedSet<string> NamesAfter(string? last, string directory, string prefix)
    {
        var names = new SortedSet<string>(KeyOrder.Instance);
        // Its last object may have been removed meanwhile.
        if (!Directory.Exists(directory))
            return names;
        foreach (var name in Names(directory))
        {
            if ((last is not null && KeyOrder.Instance.Compare(name, last) <= 0) || IsDone(prefix, name))
                continue;
            names.Add(name);
            if (names.Count > NamesAtOnce)
                names.Remove(names.Max!);
        }
        return names;
    }

    private static FileSystemEnumerable<string> Names(string directory) =>
        new(directory, (ref FileSystemEntry entry) => entry.IsDirectory ? $"{entry.FileName}/" : entry.FileName.ToString())
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName[0] != '.' && !SideFile.IsName(entry.FileName),
        };

    private bool IsDone(string prefix, string name)
    {
        if (after is null)
            return false;
        if (IsOfNamed(prefix, name))
            return string.CompareOrdinal(name, 0, after, 0, PrefixLength) < 0;
        var key = prefix + name;
        return KeyOrder.Instance.Compare(key, after) <= 0 && !(name.EndsWith('/') && after.StartsWith(key, StringComparison.Ordinal));
    }

    private static string KeyOf(string prefix, string name) => IsOfNamed(prefix, name) ? "" : prefix + name;

    /// <summary>Whether it is a directory of named objects, <c>{2 hex}/</c>, which is no part of their keys.</summary>
    private static bool IsOfNamed(string prefix, string name) =>
        prefix.Length == 0 && name is [var first, var second, '/'] && char.IsAsciiHexDigitLower(first) && char.IsAsciiHexDigitLower(second);
}
