using System.ComponentModel;
using System.Diagnostics;

namespace Esoz.Tests.Cluster;

/// <summary>Commands that end by themselves.</summary>
internal static class Commands
{
    /// <summary>Returns standard output; fails with standard error when the exit code is not 0.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        var (exit, output, errors) = await Try(program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: {exit}\n{output}\n{errors}");
        return output;
    }

    public static async Task<(int Exit, string Output, string Errors)> Try(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Path of a program; null when it is not installed.</summary>
    public static string? Find(string program) => new[] { "/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin" }
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Whether this user may make network namespaces.</summary>
    public static async Task<bool> CanMakeNetworks()
    {
        var name = $"esoz-{Path.GetRandomFileName()}";
        try
        {
            if ((await Try("ip", "netns", "add", name)).Exit != 0)
                return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
        await Run("ip", "netns", "del", name);
        return true;
    }
}
