using Esoz.Tests.Guards;

namespace Esoz.Tests;

/// <summary>
/// Third-party data that tests compare with and that we may not publish (CONTRIBUTING.md lists it): in the directory named by
/// ESOZ_TEST_DATA, else in ../shared/data next to the repository. A test whose file is missing is skipped.
/// </summary>
internal static class OutsideData
{
    private static readonly string Directory = Environment.GetEnvironmentVariable("ESOZ_TEST_DATA") is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : SourceTree.PathOf("..", "shared", "data");

    /// <summary>Path of a file or directory; the calling test is skipped if it is missing.</summary>
    public static string Required(string name)
    {
        var path = Path.Combine(Directory, name);
        Assert.SkipUnless(Path.Exists(path), $"needs the data of others: {name}");
        return path;
    }
}
