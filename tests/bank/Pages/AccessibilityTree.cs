using System.Text.Json;
using PuppeteerSharp;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>
/// A page as the browser hands it to screen readers: roles, names, levels (the DevTools protocol's Accessibility domain).
/// </summary>
internal sealed class AccessibilityTree
{
    private static readonly string[] NeedNames =
    [
        "link",
        "button",
        "textbox",
        "searchbox",
        "Date",
        "table",
        "image",
        "heading",
        "columnheader",
        "rowheader",
        "region",
        "navigation",
        "search",
        "DisclosureTriangle",
    ];

    private readonly List<(string Role, string Name, int Level)> _nodes;

    private AccessibilityTree(List<(string, string, int)> nodes) => _nodes = nodes;

    public static async Task<AccessibilityTree> Of(IPage tab)
    {
        var answer = await tab.Client.SendAsync("Accessibility.getFullAXTree");
        var nodes =
            from node in answer!.Value.GetProperty("nodes").EnumerateArray()
            where !node.GetProperty("ignored").GetBoolean()
            select (Text(node, "role"), Text(node, "name"), Level(node));
        return new AccessibilityTree([.. nodes]);
    }

    /// <summary>The names of all of a role, in the order of the page.</summary>
    public IEnumerable<string> Named(string role) => _nodes.Where(node => node.Role == role).Select(static node => node.Name);

    /// <summary>
    /// Landmarks once each, headings in order from one of the first level, and a name for whatever is used or read by name.
    /// </summary>
    public void IsWellFormed()
    {
        foreach (var landmark in new[] { "banner", "main", "contentinfo" })
        {
            Assert.Single(Named(landmark));
        }

        Assert.NotEmpty(Named("navigation"));
        Assert.Equal([], _nodes.Where(static node => NeedNames.Contains(node.Role) && string.IsNullOrWhiteSpace(node.Name)));
        var levels = _nodes.Where(static node => node.Role == "heading").Select(static node => node.Level).ToList();
        Assert.Equal(1, Assert.Single(levels, static level => level == 1));
        Assert.Equal(1, levels[0]);
        Assert.DoesNotContain(levels.Zip(levels.Skip(1)), static pair => pair.Second > pair.First + 1);
    }

    private static string Text(JsonElement node, string property) =>
        node.TryGetProperty(property, out var found) && found.TryGetProperty("value", out var value) ? $"{value}" : "";

    private static int Level(JsonElement node) =>
        node.TryGetProperty("properties", out var properties)
            ? properties
                .EnumerateArray()
                .Where(static one => one.GetProperty("name").GetString() == "level")
                .Select(static one => one.GetProperty("value").GetProperty("value").GetInt32())
                .FirstOrDefault()
            : 0;
}
