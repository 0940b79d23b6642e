using System.Reflection;

namespace Esoz.Platform;

/// <summary>The version of this build, derived from the last Git tag; the same in every assembly.</summary>
public static class BuildVersion
{
    /// <summary>Includes the commit if the build knew it: <c>1.2.1-alpha.0.3+8d1f20c…</c>.</summary>
    public static string WithCommit { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static string Number { get; } = WithCommit.Split('+')[0];

    /// <summary>Empty when the build did not know it.</summary>
    public static string Commit { get; } = WithCommit.Split('+') is [_, var commit] ? commit : "";
}
