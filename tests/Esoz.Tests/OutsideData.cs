using Esoz.Tests.Guards;

namespace Esoz.Tests;

/// <summary>
/// Data of others that tests compare with and that is not ours to publish (CONTRIBUTING.md lists it): in the directory that
/// ESOZ_TEST_DATA names, else in ../shared/data beside the repository. A test whose file is not there is skipped.
/// </summary>
internal static class OutsideData
{
    private static readonly string Directory = Environment.GetEnvironmentVariable("ESOZ_TEST_DATA") is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : SourceTree.PathOf("..", "shared", "data");

    /// <summary>Path of a file or directory; the calling test is skipped where it is missing.</summary>
    public static string Required(string name)
    {
        var path = Path.Combine(Directory, name);
        Assert.SkipUnless(Path.Exists(path), $"needs the data of others: {name}");
        return path;
    }
}
