using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Esoz.Tests.Guards;

/// <summary>The files of the repository, as the guards read them.</summary>
public static class SourceTree
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Paths relative to the root of every file below a folder, except generated ones.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "TestResults"))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>
    /// Paths of everything under version control and of new files that are not ignored; of all files if there is no repository (an unpacked
    /// archive).
    /// </summary>
    public static IReadOnlyList<string> Tracked()
    {
        var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        var listed = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? [.. listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(PathOf(path)))]
            : [.. Files(".", "*")];
    }

    /// <summary>Folders of <c>src/Esoz</c> that contain a card or a domain entity: all that are not infrastructure.</summary>
    public static IReadOnlyList<string> Areas() =>
    [
        .. Directory.EnumerateDirectories(PathOf("src", "Esoz")).Select(path => Path.GetFileName(path))
            .Except(["Codes", "Diagnosis", "Import", "OperatorConsole", "Pages", "Portal", "bin", "obj", "Properties"]).Order(StringComparer.Ordinal),
    ];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
